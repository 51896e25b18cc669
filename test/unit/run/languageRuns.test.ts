import { describe, expect, it } from 'vitest';
import { applyRunEvent } from '../../../src/run/applyRunEvent.ts';
import { describeRun } from '../../../src/run/describeRun.ts';
import { languageFacts } from '../../../src/run/languageFacts.ts';
import type { RunEvent, UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { runSentence } from '../../../src/run/runSentence.ts';
import { newRunState, type RunState } from '../../../src/run/runState.ts';
import { summaryOf } from '../../../src/run/summaryOf.ts';

const counts = { 'theory.uniform': Math.log(27), 'theory.unigram': 2.81, 'theory.bigram': 2.43 };

/** A language model with these evaluations, one an epoch. */
function runWith(evaluations: Record<string, number>[], more: UntimedRunEvent[] = []): RunState {
  const state = newRunState();
  const take = (event: UntimedRunEvent) => applyRunEvent(state, { ...event, timeMs: 0 } as RunEvent);
  const rows = { train: 10, validation: 2, test: 2 };
  const facts = { totalSteps: 100, totalEpochs: 10, stepsPerEpoch: 10, logEvery: 1, engine: 'compiled', parameters: 1, rows };
  take({ kind: 'runStarted', version: 1, session: 1, name: 'names', ...facts });
  evaluations.forEach((metrics, i) => {
    take({ kind: 'evaluated', step: i * 10, epoch: i, metrics });
  });
  for (const event of more) take(event);
  return state;
}

const nats = (...losses: number[]) => losses.map((loss) => ({ 'validation.nats': loss, 'train.nats': loss - 0.1, ...counts }));
const finished = (metrics: Record<string, number>): UntimedRunEvent => ({ kind: 'runFinished', step: 100, epoch: 10, seconds: 1, metrics });

describe('the sentence of a language model', () => {
  it('reads its loss against counting pairs, in nats', () => {
    expect(runSentence(runWith(nats(2.3, 2.08)))).toBe(
      'Validation loss 2.08 nats a token (perplexity 8), 0.35 nats below counting pairs (2.43), falling 9.6 % an epoch.',
    );
    expect(runSentence(runWith(nats(3.3)))).toBe(
      'Validation loss 3.3 nats a token (perplexity 27.1), 0.87 nats above counting pairs (2.43).',
    );
    expect(runSentence(runWith(nats(2.431)))).toMatch(/, as good as counting pairs \(2\.43\)\.$/);
  });

  it('reads it against the entropy where the source is known', () => {
    const at = (loss: number) => runSentence(runWith([{ 'validation.nats': loss, ...counts, 'theory.entropy': 1.2 }]));
    expect(at(1.212)).toBe('Validation loss 1.21 nats a token (perplexity 3.36), 1 % above the entropy of its source (1.2).');
    expect(at(1.201)).toMatch(/, at the entropy of its source \(1\.2\)\.$/);
    expect(at(1.176)).toMatch(/, 2 % below the entropy of its source \(1\.2\)\.$/);
  });

  it('says of hidden tokens how many are right, and reads their loss against single tokens', () => {
    const metrics = { 'validation.nats': 1.61, 'validation.maskedAccuracy': 0.45, 'theory.unigram': 2.81, 'theory.uniform': 3.3 };
    expect(runSentence(runWith([metrics]))).toBe(
      'Validation loss 1.61 nats a hidden token (perplexity 5), 45 % of hidden tokens right, 1.2 nats below counting single tokens (2.81).',
    );
  });

  it('says training where nothing was held out, and guessing where nothing was counted', () => {
    expect(runSentence(runWith([{ 'train.nats': 2.3, 'theory.uniform': 3.3 }]))).toBe(
      'Training loss 2.3 nats a token (perplexity 9.97), 1 nats below guessing blindly (3.3).',
    );
    expect(runSentence(runWith([{ 'train.nats': 2.3 }]))).toBe('Training loss 2.3 nats a token (perplexity 9.97).');
  });

  it('says overfitting first', () => {
    const losses = [2.6, 2.1, 2.2, 2.3, 2.4, 2.5].map((loss, i) => ({ 'validation.nats': loss, 'train.nats': 2 - 0.2 * i, ...counts }));
    expect(runSentence(runWith(losses))).toMatch(/^Overfitting: validation loss rises 4\.5 % an epoch while training loss falls/);
  });

  it('names a better evaluation after the end', () => {
    expect(runSentence(runWith(nats(2.5, 2, 2.2), [finished({ 'validation.nats': 2.2 })]))).toMatch(/, best 2 at epoch 1 of 10\.$/);
  });

  it('says why counts are infinite, and what a training that diverged should try', () => {
    const infinite = { 'validation.nats': Number.POSITIVE_INFINITY, 'train.nats': 1.9 };
    expect(runSentence(runWith([infinite]))).toBe(
      'Validation loss is infinite: the text has tokens where the counts never saw them; try smoothing wittenBell.',
    );
    const rate: UntimedRunEvent = { kind: 'learningRateChanged', step: 0, learningRate: 3 };
    expect(runSentence(runWith([{ 'validation.nats': Number.NaN }], [rate]))).toBe(
      'Validation loss is not a number since step 0: try a learning rate below 3.',
    );
  });
});

describe('the tree', () => {
  it('shows nats a token as the number of the run', () => {
    const state = runWith(nats(2.3, 2.08), [finished({ 'validation.nats': 2.08 })]);
    const summary = summaryOf(state, { experimentPath: 'names.latent.jsonc', seed: 0, settings: '', nowMs: 0 });
    expect(describeRun(summary, 130_000)).toBe('2.08 · 2 m ago');
  });
});

describe('what a run says of its language model', () => {
  const place = { step: 0, epoch: 0, latents: 'l', projection: 'p', explained: [0.5, 0.2] as [number, number], reconstructions: null };
  const sampled: UntimedRunEvent = {
    kind: 'sampleSaved',
    rows: 2,
    labels: [0, 1],
    labelNames: ['vowel', 'consonant'],
    splits: [0, 0],
    pictured: 0,
    imageShape: null,
    columns: [],
    inputs: null,
    tokens: ['a', 'b'],
    corrupted: null,
  };

  it('is nothing where there is none', () => {
    expect(languageFacts(newRunState())).toBeNull();
    expect(languageFacts(runWith([{ 'validation.loss': 1 }]))).toBeNull();
  });

  it('is told by tokens, by moments and by the names of the numbers', () => {
    expect(languageFacts(runWith([], [sampled]))).toEqual({ isMasked: false, hasEmbeddings: true, hasAttention: false });
    expect(languageFacts(runWith(nats(2)))).toEqual({ isMasked: false, hasEmbeddings: false, hasAttention: false });
    const attention = { file: 'a', layers: 1, heads: 1, tokens: ['a'] };
    const moment: UntimedRunEvent = { kind: 'frameSaved', ...place, language: { blanks: [{ token: 'a', candidates: null }], attention } };
    expect(languageFacts(runWith([], [sampled, moment]))).toEqual({ isMasked: true, hasEmbeddings: true, hasAttention: true });
  });

  it('is declared by its settings before anything has happened', () => {
    const settings = { task: 'languageModel', model: { kind: 'transformer', layers: 2 }, objective: { kind: 'maskedToken' } };
    expect(languageFacts(newRunState(), settings)).toEqual({ isMasked: true, hasEmbeddings: true, hasAttention: true });
    const counted = { task: 'languageModel', model: { kind: 'ngram' }, objective: { kind: 'nextToken' } };
    expect(languageFacts(newRunState(), counted)).toEqual({ isMasked: false, hasEmbeddings: false, hasAttention: false });
    expect(languageFacts(newRunState(), { model: { kind: 'mlp' } })).toBeNull();
    expect(languageFacts(runWith([], [sampled]), counted)).toEqual({ isMasked: false, hasEmbeddings: true, hasAttention: false });
  });
});
