import fc from 'fast-check';
import type { RunEvent } from '../../../src/run/runEvent.ts';

/** Any double that survives a round trip through JSON with the three words. */
const figure = fc.double().map((value) => (Object.is(value, -0) ? 0 : value));
const timeMs = fc.integer({ min: 1e12, max: 2e12 });
const step = fc.integer({ min: 0, max: 1000 });
const epoch = fc.integer({ min: 0, max: 100 });
const metrics = fc.dictionary(fc.constantFrom('train.loss', 'validation.loss', 'learningRate', 'a b', 'é"\\'), figure, { maxKeys: 4 });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const at = { timeMs, step };
const arm = fc.constantFrom('raw', 'pca', 'scratch', 'frozen', 'fineTune');

const language = fc.record(
  {
    texts: fc.array(
      fc.record(
        { text, logProbability: figure, finished: fc.boolean(), tokens: fc.integer({ min: 1, max: 99 }) },
        { requiredKeys: ['text', 'logProbability', 'finished'] },
      ),
    ),
    blanks: fc.array(fc.record({ token: text, candidates: fc.option(fc.array(fc.record({ token: text, probability: figure }))) })),
    attention: fc.record({
      file: text,
      layers: fc.integer({ min: 1, max: 4 }),
      heads: fc.integer({ min: 1, max: 4 }),
      tokens: fc.array(text),
    }),
  },
  { requiredKeys: [] },
);

/** Any event of a run. */
export const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc
    .tuple(
      fc.record({
        kind: fc.constant('runStarted' as const),
        timeMs,
        version: fc.constant(1 as const),
        session: fc.integer({ min: 1, max: 3 }),
        name: text,
        totalSteps: step,
        totalEpochs: epoch,
        stepsPerEpoch: fc.integer({ min: 1, max: 10 }),
        logEvery: fc.constant(1),
        engine: text,
        parameters: step,
        rows: fc.record({ train: step, validation: step, test: step }),
      }),
      fc.record({ threads: fc.integer({ min: 1, max: 64 }), enginePassedOver: text }, { requiredKeys: [] }),
    )
    .map(([started, more]) => ({ ...started, ...more })),
  fc
    .tuple(
      fc.record({
        kind: fc.constant('sampleSaved' as const),
        timeMs,
        rows: step,
        labels: fc.array(fc.integer({ min: -1, max: 9 })),
        labelNames: fc.array(text),
        splits: fc.array(fc.constantFrom(0, 1, 2)),
        pictured: step,
        imageShape: fc.constant(null),
        columns: fc.array(text),
        inputs: fc.option(text),
        corrupted: fc.option(text),
      }),
      fc.record({ tokens: fc.array(text), indices: text }, { requiredKeys: [] }),
    )
    .map(([saved, more]) => ({ ...saved, ...more })),
  fc.record({ kind: fc.constant('stepFinished' as const), ...at, epoch, metrics }),
  fc.record({ kind: fc.constant('evaluated' as const), ...at, epoch, metrics }),
  fc
    .tuple(
      fc.record({
        kind: fc.constant('frameSaved' as const),
        ...at,
        epoch,
        latents: text,
        projection: text,
        explained: fc.tuple(figure, figure),
        reconstructions: fc.option(text),
      }),
      fc.record(
        { spectra: fc.record({ file: text, parts: fc.array(fc.record({ name: text, length: step })) }), language },
        { requiredKeys: [] },
      ),
    )
    .map(([saved, more]) => ({ ...saved, ...more })),
  fc.record({ kind: fc.constant('framesThinned' as const), ...at, stride: fc.integer({ min: 1, max: 8 }), kept: fc.array(step) }),
  fc.record({ kind: fc.constant('checkpointSaved' as const), ...at, folder: text }),
  fc.record({ kind: fc.constant('checkpointSkipped' as const), ...at, reason: text }),
  fc.record({ kind: fc.constant('paused' as const), ...at }),
  fc.record({ kind: fc.constant('continued' as const), ...at }),
  fc.record({ kind: fc.constant('learningRateChanged' as const), ...at, learningRate: fc.double({ min: 1e-9, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('warned' as const), ...at, message: text }),
  fc.record({
    kind: fc.constant('downstreamStarted' as const),
    ...at,
    arms: fc.uniqueArray(arm, { minLength: 1 }),
    labels: fc.uniqueArray(fc.constantFrom(10, 50, 200), { minLength: 1 }),
    draws: fc.integer({ min: 1, max: 3 }),
    head: fc.record({ hidden: fc.array(fc.integer({ min: 1, max: 9 })), loss: fc.constantFrom('crossEntropy', 'squared', 'hinge') }),
    transductive: fc.boolean(),
    classes: fc.array(text),
    testRows: step,
  }),
  fc.record({
    kind: fc.constant('downstreamMeasured' as const),
    ...at,
    arm,
    labels: fc.constantFrom(10, 50, 200),
    draw: fc.integer({ min: 0, max: 2 }),
    accuracy: figure,
    losses: fc.record({ crossEntropy: figure, squared: figure, hinge: figure }),
    strength: fc.option(fc.constantFrom(0.1, 1)),
    unseen: fc.array(fc.nat(9)),
  }),
  fc.record({ kind: fc.constant('downstreamFinished' as const), ...at, confusion: text, metrics }),
  fc.record({ kind: fc.constant('resumed' as const), timeMs, session: fc.integer({ min: 2, max: 4 }), fromStep: step }),
  fc.record({ kind: fc.constant('runStopped' as const), ...at, epoch, seconds: epoch, reason: text }),
  fc.record({ kind: fc.constant('runFinished' as const), ...at, epoch, seconds: epoch, metrics }),
  fc.record({ kind: fc.constant('runFailed' as const), ...at, message: text }, { requiredKeys: ['kind', 'timeMs', 'step', 'message'] }),
);
