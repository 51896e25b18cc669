import { expect, test } from 'vitest';
import { applyRunEvent } from '../../../src/run/applyRunEvent.ts';
import type { LanguageMoment, RunEvent, UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { newRunState, type RunState } from '../../../src/run/runState.ts';
import { pictureHtml } from '../../../src/trainer/picture.ts';

const hostile = '<img src=x onerror=alert(1)>';

/** A run with some evaluations and one moment. */
function runWith(evaluations: Record<string, number>[], language?: LanguageMoment, tokens?: string[]): RunState {
  const state = newRunState();
  const take = (event: UntimedRunEvent) => applyRunEvent(state, { ...event, timeMs: 0 } as RunEvent);
  const rows = { train: 10, validation: 2, test: 2 };
  const facts = { totalSteps: 20, totalEpochs: 2, stepsPerEpoch: 10, logEvery: 1, engine: 'compiled', parameters: 1, rows };
  take({ kind: 'runStarted', version: 1, session: 1, name: 'names', ...facts });
  const sample = { labels: [0, 1], labelNames: ['vowel', 'consonant'], splits: [0, 0], pictured: 0, imageShape: null, columns: [] };
  take({ kind: 'sampleSaved', rows: 2, ...sample, inputs: null, corrupted: null, ...(tokens && { tokens }) });
  evaluations.forEach((metrics, i) => {
    take({ kind: 'evaluated', step: 10 * i, epoch: i, metrics });
  });
  const files = { latents: 'l', projection: 'p', reconstructions: null };
  take({ kind: 'frameSaved', step: 10, epoch: 1, explained: [0.5, 0.25], ...files, ...(language && { language }) });
  return state;
}

const projection = Float32Array.of(-1, 0.5, 1, -0.5);
const picture = (state: RunState): string => pictureHtml({ state, sentence: 'A sentence.', settings: 'mlp', projection, strip: null });
const nats = [3.2, 2.1].map((loss) => ({
  'validation.nats': loss,
  'train.nats': loss - 0.1,
  'theory.uniform': 3.3,
  'theory.bigram': 2.43,
  'theory.entropy': Number.POSITIVE_INFINITY,
}));

test('the picture of a language model has its loss in nats with what counting reaches, tokens beside their points, and texts', () => {
  const texts = [
    { text: 'emma', logProbability: -10, finished: true, tokens: 5 },
    { text: hostile, logProbability: -20, finished: false, tokens: 8 },
    { text: '', logProbability: -4, finished: true, tokens: 1 },
  ];
  const html = picture(runWith(nats, { texts }, ['a', ' ']));
  expect(html).toContain('Loss (nats a token)');
  expect(html).toContain('bigram 2.43');
  expect(html).toContain('uniform 3.3');
  // a rule that is nowhere is not drawn
  expect(html.match(/class="rule"/g)).toHaveLength(2);
  expect(html).toContain('<h2>Embeddings (epoch 1)</h2>');
  expect(html).toMatch(/<text [^>]+>a<\/text>/);
  expect(html).toMatch(/<text [^>]+>␣<\/text>/);
  expect(html).toContain('>consonant</text>');
  expect(html).toContain('<h2>Samples (epoch 1)</h2>');
  expect(html).toContain('<td class="text">emma</td><td>-2</td>');
  expect(html).toContain('… unfinished');
  expect(html).toContain('the empty text');
  expect(html).not.toContain('<img');
});

test('texts without a count of tokens have the logarithm of the whole', () => {
  const html = picture(runWith(nats, { texts: [{ text: 'emma', logProbability: -10, finished: true }] }));
  expect(html).toContain('<td>ln p</td>');
  expect(html).toContain('<td class="text">emma</td><td>-10</td>');
});

test('a masked model shows its sentence filled in, and what hidden tokens were taken for', () => {
  const blanks = [
    { token: 'a', candidates: null },
    {
      token: 'n',
      candidates: [
        { token: hostile, probability: 0.5 },
        { token: 'n', probability: 0.25 },
      ],
    },
  ];
  const html = picture(runWith([{ 'validation.nats': 2, 'validation.maskedAccuracy': 0.4 }], { blanks }));
  expect(html).toContain('token 2, ‘n’ hidden');
  expect(html).toContain('n 0.25');
  expect(html).not.toContain('<img');
});

test('the picture of an autoencoder is about losses and latents, as before', () => {
  const html = picture(runWith([{ 'validation.loss': 2 }, { 'validation.loss': 1.5, 'theory.optimum': 1.2 }]));
  expect(html).toContain('Loss (per sample, summed over coordinates)');
  expect(html).toContain('closed-form optimum 1.2');
  expect(html).toContain('<h2>Latents (epoch 1)</h2>');
  expect(html).not.toContain('Samples');
});
