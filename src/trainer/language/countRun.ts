import type { UntimedRunEvent } from '../../run/runEvent.ts';
import { countNgrams, ngramNats, ngramNext, serialiseCounts } from '../../science/language/ngram.ts';
import { ClaimJudge } from '../claimJudge.ts';
import { LatentFrames } from '../latentFrames.ts';
import type { RunKeeper } from '../runKeeper.ts';
import type { TrainingWatch } from '../trainSteps.ts';
import type { CountedSetup } from './countedSetup.ts';
import { drawTexts } from './drawTexts.ts';
import { tokenSample, tokensSaved } from './tokenSample.ts';

/** Tells a run whose model was counted: one step, one evaluation, one frame. */
export async function* countRun(
  setup: CountedSetup,
  session: number,
  { desk, keeper }: TrainingWatch,
): AsyncGenerator<UntimedRunEvent, void, void> {
  const { splits, corpus, experiment } = setup;
  const at = { step: 1, epoch: 1 };
  const texts = (name: keyof typeof splits) => splits[name].rows.length;
  yield {
    kind: 'runStarted',
    version: 1,
    session,
    ...(session > 1 && { anew: true as const }),
    name: setup.name,
    totalSteps: 1,
    totalEpochs: 1,
    stepsPerEpoch: 1,
    logEvery: 1,
    engine: 'counting',
    parameters: 0,
    rows: { train: texts('train'), validation: texts('validation'), test: texts('test') },
  };
  const tokens = tokenSample(setup);
  yield tokensSaved(setup, tokens);
  const metrics = measure(setup);
  yield { kind: 'evaluated', ...at, metrics };
  for (const message of corpus.notes) yield { kind: 'warned', step: 1, message };
  yield { kind: 'frameSaved', ...at, ...picture(setup, tokens, keeper), reconstructions: null, language: { texts: write(setup) } };
  const saved = await keeper.saveCheckpoint(1, { 'counts.bin': serialiseCounts(setup.counts) });
  yield 'skipped' in saved
    ? { kind: 'checkpointSkipped', step: 1, reason: saved.skipped }
    : { kind: 'checkpointSaved', step: 1, folder: saved.folder };
  desk.poll();
  if (desk.stopReason !== null) return yield { kind: 'runStopped', ...at, seconds: 0, reason: desk.stopReason };
  const claims = new ClaimJudge(experiment.expect);
  claims.remember(metrics);
  yield* claims.judge(1, metrics);
  yield { kind: 'runFinished', ...at, seconds: 0, metrics };
}

function measure({ counts, experiment, splits, references }: CountedSetup): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const name of ['train', 'validation', 'test'] as const) {
    const { tokens, characters } = splits[name];
    if (tokens.length === 0) continue;
    const { nats, tokens: predicted } = ngramNats(counts, experiment.model.smoothing, splits[name]);
    metrics[`${name}.nats`] = nats;
    metrics[`${name}.perplexity`] = Math.exp(nats);
    metrics[`${name}.bitsPerCharacter`] = nats * Math.LOG2E * (predicted / characters);
  }
  return { ...metrics, ...references };
}

function write({ counts, experiment, corpus }: CountedSetup) {
  return drawTexts(ngramNext(counts, experiment.model.smoothing), corpus.tokenizer, experiment);
}

/**
 * Tokens by what follows them: row t is the square root of the probabilities of the next token after t (Hellinger), so that tokens
 * with the same successors lie together: what embeddings find by training.
 */
function picture({ splits, corpus }: CountedSetup, tokens: readonly number[], keeper: RunKeeper) {
  const vocabulary = corpus.tokenizer.tokens.length;
  const pairs = ngramNext(countNgrams({ ...splits.train, unit: corpus.unit, vocabulary, order: 2 }), 'wittenBell');
  const rows = pairs.next(tokens.map((token) => [token]));
  const width = tokens.length;
  const latents = new Float32Array(tokens.length * width);
  rows.forEach((row, i) => {
    tokens.forEach((token, j) => {
      latents[i * width + j] = Math.exp(row[token]! / 2);
    });
  });
  return new LatentFrames(keeper, { every: 1, others: [] }).write(1, latents, tokens.length).places;
}
