import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import { MarkovChain } from '../../../src/math/markovChain.ts';
import type { UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { OrderDesk } from '../../../src/trainer/orderDesk.ts';
import { prepareRun, type RunSetup } from '../../../src/trainer/prepareRun.ts';
import { train } from '../../../src/trainer/train.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'latent-lab-language-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A small text with structure: 400 lines of sentences. */
const sentences = Array.from({ length: 400 }, (_, i) => {
  const who = ['the cat', 'a dog', 'the man', 'an ox'][(i * 7) % 4];
  return `${who} ${['sees', 'eats', 'has'][(i * 5) % 3]} ${['the fish', 'a bone', 'it'][(i * 11) % 3]}`;
}).join('\n');
writeFileSync(join(folder, 'sentences.txt'), sentences);

interface Whole {
  setup: RunSetup;
  events: UntimedRunEvent[];
  arrays: Map<string, { data: Float32Array; shape: readonly number[] }>;
  checkpoints: Map<number, Readonly<Record<string, Uint8Array>>>;
}

/** Trains a language model with these sections to its end, in memory. */
async function run(sections: object): Promise<Whole> {
  const text = JSON.stringify({ version: 1, task: 'languageModel', data: { source: 'sentences.txt' }, ...sections });
  const { experiment, problems } = parseExperiment(text);
  if (experiment === null) throw new Error(problems.map(({ message }) => message).join('; '));
  const place = { name: 'test', experimentPath: join(folder, 'test.latent.jsonc'), media: `${root}media`, engineFolder: `${root}dist` };
  const setup = await prepareRun({ experiment, ...place });
  const [arrays, checkpoints]: [Whole['arrays'], Whole['checkpoints']] = [new Map(), new Map()];
  const keeper = {
    writeArray: (name: string, data: Float32Array, shape: readonly number[]) => {
      arrays.set(name, { data: data.slice(), shape });
      return name;
    },
    removeArray: () => {},
    saveCheckpoint: async (step: number, files: Readonly<Record<string, Uint8Array>>) => {
      checkpoints.set(step, files);
      return { folder: `checkpoints/${step}` };
    },
  };
  const events: UntimedRunEvent[] = [];
  for await (const event of train(setup, 1, { desk: new OrderDesk(1, { poll: () => [] }), keeper })) events.push(event);
  if (setup.kind !== 'counted') setup.prepared.dispose();
  return { setup, events, arrays, checkpoints };
}

const metricsOf = ({ events }: Whole): Record<string, number> => {
  const last = events.at(-1)!;
  if (last.kind !== 'runFinished') throw new Error(`the run ended with ${last.kind}`);
  return last.metrics;
};
const framesOf = ({ events }: Whole) => events.flatMap((event) => (event.kind === 'frameSaved' ? [event] : []));

describe.each([
  ['mlp', { kind: 'mlp', context: 4, embedding: 8, hidden: [32] }],
  ['gru', { kind: 'gru', embedding: 8, hidden: 32, context: 16 }],
  ['transformer', { kind: 'transformer', layers: 1, heads: 2, width: 16, context: 24 }],
])('a run of a %s', (kind, model) => {
  test.each(['lines', 'stream'])('on %s comes below counting single letters, and tells tokens, texts and embeddings', async (unit) => {
    const whole = await run({
      data: { source: 'sentences.txt', unit },
      model,
      optimizer: { learningRate: 0.01 },
      training: { steps: 150, batchSize: 16 },
      decoding: { maxNewTokens: 12 },
    });
    const metrics = metricsOf(whole);
    expect(metrics['validation.nats']).toBeLessThan(metrics['theory.unigram']!);
    expect(metrics['theory.uniform']).toBeGreaterThan(metrics['theory.unigram']!);
    expect(metrics['validation.perplexity']).toBeCloseTo(Math.exp(metrics['validation.nats']!), 6);
    const sample = whole.events.find((event) => event.kind === 'sampleSaved')!;
    if (sample.kind !== 'sampleSaved') throw new Error('no sample');
    expect(sample.tokens!.includes('</s>')).toBe(unit === 'lines');
    const frames = framesOf(whole);
    expect(whole.arrays.get(frames.at(-1)!.latents)!.shape[0]).toBe(sample.rows);
    expect(frames.at(-1)!.language!.texts!.length).toBe(5);
    const attention = frames.at(-1)!.language!.attention;
    expect(attention !== undefined).toBe(kind === 'transformer');
    if (attention === undefined) return;
    const { data, shape } = whole.arrays.get(attention.file)!;
    const side = attention.tokens.length;
    expect(shape).toEqual([1, 2, side, side]);
    for (let row = 0; row < 2 * side; row++) {
      const sum = data.subarray(row * side, (row + 1) * side).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 4);
      // causal: nobody looks ahead
      for (let column = (row % side) + 1; column < side; column++) expect(data[row * side + column]).toBeLessThan(1e-12);
    }
  });
});

describe('a run that is repeated', () => {
  test('tells the same, to the bit', async () => {
    const sections = { model: { kind: 'mlp', context: 3, embedding: 4, hidden: [8] }, training: { steps: 40 } };
    const [first, second] = [await run(sections), await run(sections)];
    expect(JSON.stringify(first.events)).toBe(JSON.stringify(second.events));
  });
});

describe('a run of masked tokens', () => {
  test.each([
    ['mlp', { kind: 'mlp', context: 3, embedding: 8, hidden: [32] }],
    ['transformer', { kind: 'transformer', layers: 1, heads: 2, width: 16, context: 32 }],
  ])('by a %s fills blanks and says how often it is right', async (_, model) => {
    const whole = await run({
      objective: { kind: 'maskedToken' },
      model,
      optimizer: { learningRate: 0.01 },
      training: { steps: 200, batchSize: 16 },
    });
    const metrics = metricsOf(whole);
    expect(metrics['validation.nats']).toBeLessThan(metrics['theory.unigram']!);
    expect(metrics['validation.maskedAccuracy']).toBeGreaterThan(0.2);
    expect(metrics['theory.bigram']).toBeUndefined();
    const blanks = framesOf(whole).at(-1)!.language!.blanks!;
    const filled = blanks.filter(({ candidates }) => candidates !== null);
    expect(filled.length).toBeGreaterThan(0);
    for (const { candidates } of filled) {
      const probabilities = candidates!.map(({ probability }) => probability);
      expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
      expect(probabilities.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1.0001);
    }
  });
});

describe('a counted run', () => {
  test('has its losses, its texts and its counts at once', async () => {
    const whole = await run({ model: { kind: 'ngram', order: 4 }, decoding: { maxNewTokens: 30 } });
    const metrics = metricsOf(whole);
    expect(metrics['validation.nats']).toBeLessThan(metrics['theory.bigram']!);
    expect([...whole.checkpoints.keys()]).toEqual([1]);
    expect(Object.keys(whole.checkpoints.get(1)!)).toEqual(['counts.bin']);
    expect(framesOf(whole)[0]!.language!.texts!.length).toBe(5);
  });
});

describe('what stands in the way of a run is one sentence', () => {
  test('a model that is written by hand has nothing to train', async () => {
    const text = JSON.stringify({ version: 1, task: 'languageModel', model: { kind: 'table' } });
    const { experiment } = parseExperiment(text);
    const place = { name: 'test', experimentPath: join(folder, 't.latent.jsonc'), media: `${root}media`, engineFolder: `${root}dist` };
    await expect(prepareRun({ experiment: experiment!, ...place })).rejects.toThrow(/nothing to train/);
  });

  test('a prompt with a letter that the text does not have', async () => {
    await expect(run({ decoding: { prompts: ['the ß'] } })).rejects.toThrow(/decoding\.prompts "the ß": .*ß/);
  });

  test('a context longer than the text', async () => {
    await expect(run({ data: { source: 'sentences.txt', unit: 'stream' }, model: { kind: 'gru', context: 20_000 } })).rejects.toThrow(
      /model\.context 20000 needs at least 20001/,
    );
  });
});

describe('a model with all it takes reaches what theory says', () => {
  const chain = { a: { a: 0.1, b: 0.6, c: 0.3 }, b: { a: 0.5, b: 0.2, c: 0.3 }, c: { a: 0.1, b: 0.1, c: 0.8 } };

  test('a bigram network reaches the conditional entropy of the counts within 1e-3', async () => {
    const whole = await run({
      data: { source: { generator: 'markovChain', transitions: chain, length: 3000 }, unit: 'stream', tokens: 'words', split: 'none' },
      model: { kind: 'mlp', context: 1, embedding: 4, hidden: [] },
      optimizer: { learningRate: 0.05, schedule: 'linear' },
      training: { steps: 400, batchSize: 'full' },
    });
    const counted = await run({
      data: { source: { generator: 'markovChain', transitions: chain, length: 3000 }, unit: 'stream', tokens: 'words', split: 'none' },
      model: { kind: 'ngram', order: 2, smoothing: 'none' },
    });
    expect(Math.abs(metricsOf(whole)['train.nats']! - metricsOf(counted)['train.nats']!)).toBeLessThan(1e-3);
  });

  const hidden = (model: object) =>
    run({
      data: { source: { generator: 'markovChain', transitions: chain, length: 40_000 }, unit: 'stream', tokens: 'words' },
      objective: { kind: 'maskedToken', ratio: 0.1, replace: { mask: 1, random: 0, keep: 0 } },
      model,
      optimizer: { learningRate: 0.003, schedule: 'cosine' },
      training: { steps: 1500, batchSize: 64 },
    });

  test('a masked mlp on a Markov chain reaches the entropy of the posterior within 2 %', async () => {
    const metrics = metricsOf(await hidden({ kind: 'mlp', context: 2, embedding: 8, hidden: [32] }));
    expect(metrics['train.nats']! / metrics['theory.entropy']!).toBeLessThan(1.02);
    expect(metrics['train.nats']! / metrics['theory.entropy']!).toBeGreaterThan(0.97);
  });

  test('a masked transformer reaches within 2 % the entropy of the posterior given what its windows show', async () => {
    const context = 16;
    const { 'train.nats': nats } = metricsOf(await hidden({ kind: 'transformer', layers: 2, heads: 2, width: 32, context }));
    const rows = Object.values(chain).map((row) => Object.values(row));
    const floor = new MarkovChain(Float64Array.from(rows.flat())).windowHiddenEntropy(0.1, context);
    expect(nats! / floor).toBeLessThan(1.02);
    expect(nats! / floor).toBeGreaterThan(0.97);
  });
});
