import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import type { UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { OrderDesk } from '../../../src/trainer/orderDesk.ts';
import type { RunKeeper } from '../../../src/trainer/runKeeper.ts';
import { train } from '../../../src/trainer/train.ts';
import { prepareTraining, type TrainingSetup } from '../../../src/trainer/trainingSetup.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'latent-lab-downstream-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const base = {
  version: 1,
  task: 'autoencoder',
  data: { source: 'digits' },
  model: { kind: 'mlp', hidden: [16], latent: 4 },
  training: { batchSize: 256, epochs: 2 },
  probe: false,
  view: { points: 60 },
  downstream: { arms: ['raw', 'scratch', 'fineTune'], labels: [20, 70], draws: 2 },
};

async function setUp(changes: object, folder = root): Promise<TrainingSetup> {
  const { experiment, problems } = parseExperiment(JSON.stringify({ ...base, ...changes }));
  if (experiment === null) throw new Error(problems.map(({ message }) => message).join('; '));
  const place = { experimentPath: join(folder, 'test.latent.jsonc'), media: `${root}media`, engineFolder: `${root}dist` };
  return prepareTraining({ experiment, name: 'test', ...place });
}

type Listen = (event: UntimedRunEvent, desk: OrderDesk) => void;

/** Runs an experiment to its end; `confusion` is the array of the comparison. */
async function runAll(changes: object, { folder, listen = () => {} }: { folder?: string; listen?: Listen } = {}) {
  const setup = await setUp(changes, folder);
  const arrays = new Map<string, { data: Float32Array; shape: readonly number[] }>();
  const keeper: RunKeeper = {
    writeArray: (name, data, shape) => {
      arrays.set(name, { data: data.slice(), shape });
      return `arrays/${name}.npy`;
    },
    removeArray: () => {},
    saveCheckpoint: async (step) => ({ folder: `checkpoints/${step}` }),
  };
  const desk = new OrderDesk(1, { poll: () => [] });
  const events: UntimedRunEvent[] = [];
  for await (const event of train(setup, 1, { desk, keeper })) {
    events.push(event);
    listen(event, desk);
  }
  setup.prepared.dispose();
  return { setup, events, confusion: arrays.get('downstream-confusion-1'), text: JSON.stringify(events) };
}

const ofKind = <K extends UntimedRunEvent['kind']>(events: readonly UntimedRunEvent[], kind: K) =>
  events.filter((event): event is Extract<UntimedRunEvent, { kind: K }> => event.kind === kind);

/** A table of two clouds, with names instead of numbers for classes and some of them missing. */
function writeTable(rows: readonly string[]): string {
  const folder = mkdtempSync(join(work, 'table-'));
  writeFileSync(join(folder, 'table.csv'), `${['a,b,kind', ...rows].join('\n')}\n`);
  return folder;
}
const clouds = (name: (i: number) => string) =>
  Array.from({ length: 120 }, (_, i) => `${(i % 2) * 4 + Math.sin(i)},${Math.cos(3 * i)},${name(i)}`);

describe('a run that is compared on few labels', () => {
  it('tells every measure between its last checkpoint and its end, and ends with the metrics', async () => {
    const { events, confusion, setup } = await runAll({});
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.slice(kinds.lastIndexOf('checkpointSaved') + 1)).toEqual([
      'downstreamStarted',
      ...Array.from({ length: 12 }, () => 'downstreamMeasured'),
      'downstreamFinished',
      'runFinished',
    ]);
    const testRows = setup.data.test.rows.length;
    expect(ofKind(events, 'downstreamStarted')[0]).toMatchObject({ step: 10, testRows, transductive: false, labels: [20, 70], draws: 2 });
    const [finished] = ofKind(events, 'downstreamFinished');
    const end = ofKind(events, 'runFinished')[0]!.metrics;
    expect(end).toMatchObject(finished!.metrics);
    const own = ofKind(events, 'downstreamMeasured').filter(({ arm, labels }) => arm === 'raw' && labels === 70);
    expect(own.map(({ draw }) => draw)).toEqual([0, 1]);
    expect(end['downstream.raw.70.accuracy']).toBeCloseTo((own[0]!.accuracy + own[1]!.accuracy) / 2, 12);
    expect(end['downstream.fineTune-scratch.20.ci']).toBeGreaterThan(0);
    expect(confusion!.shape).toEqual([3, 2, 10, 10]);
    expect(confusion!.data.reduce((sum, count) => sum + count, 0)).toBe(12 * testRows);
  });

  it('gives equal events for the same seed and file', async () => {
    const [first, second, other] = [await runAll({}), await runAll({}), await runAll({ seed: 1 })];
    expect(second.text).toBe(first.text);
    expect(other.text).not.toBe(first.text);
  });

  it('leaves what was measured when it is stopped', async () => {
    const { events } = await runAll(
      {},
      { listen: (event, desk) => event.kind === 'downstreamMeasured' && event.arm === 'scratch' && desk.stop('enough') },
    );
    expect(events.slice(-3).map(({ kind }) => kind)).toEqual(['downstreamMeasured', 'downstreamMeasured', 'runStopped']);
    expect(events.at(-1)).toMatchObject({ step: 10, reason: 'enough' });
  });

  it('pauses between two pieces of work', async () => {
    const setup = await setUp({});
    const orders: unknown[] = [];
    const desk = new OrderDesk(1, { poll: () => orders.splice(0) });
    const seen: string[] = [];
    const keeper = { writeArray: (name: string) => name, removeArray: () => {}, saveCheckpoint: async () => ({ folder: '' }) };
    for await (const { kind } of train(setup, 1, { desk, keeper })) {
      if (kind === 'downstreamStarted') orders.push({ order: 'pause', session: 1 });
      if (kind === 'paused') orders.push({ order: 'resume', session: 1 });
      if (/downstream(Started|Finished)|paused|continued/.test(kind)) seen.push(kind);
    }
    expect(seen).toEqual(['downstreamStarted', 'paused', 'continued', 'downstreamFinished']);
    setup.prepared.dispose();
  });

  it('leaves a network out that stops being finite, and says so', async () => {
    const optimizer = { kind: 'sgd', learningRate: 0.05 };
    const { events } = await runAll({
      data: { source: 'digits', scale: 'none' },
      optimizer,
      downstream: { ...base.downstream, head: { loss: 'squared' } },
      training: { batchSize: 256, steps: 1 },
    });
    // a network that is fitted to inputs of this size at this rate diverges
    const left = ofKind(events, 'warned').filter(({ message }) => message.includes('is left out'));
    const measured = ofKind(events, 'downstreamMeasured');
    expect(measured.length + left.length).toBe(12);
    expect(measured.filter(({ arm }) => arm === 'raw')).toHaveLength(4);
    expect(left.length).toBeGreaterThan(0);
    for (const { message } of left)
      expect(message).toMatch(
        /^downstream (scratch|fineTune) with (20|70) labels, draw [12], is left out: .* is not finite; try a smaller/,
      );
    expect(events.at(-1)!.kind).toBe('runFinished');
  });

  it('learns from names of classes, where some are missing', async () => {
    const folder = writeTable(clouds((i) => (i % 5 === 0 ? '' : i % 2 === 0 ? 'kitten' : 'crane')));
    const changes = {
      data: { source: 'table.csv', label: 'kind' },
      model: { kind: 'linear', latent: 2 },
      downstream: { arms: ['raw', 'frozen'], labels: [6, 20], draws: 2 },
    };
    const { events, setup } = await runAll(changes, { folder });
    expect(ofKind(events, 'downstreamStarted')[0]).toMatchObject({ classes: setup.dataset.labelNames });
    expect(setup.dataset.labelNames.toSorted()).toEqual(['crane', 'kitten']);
    for (const { arm, accuracy } of ofKind(events, 'downstreamMeasured')) if (arm === 'raw') expect(accuracy).toBeGreaterThan(0.9);
  });

  it('says which classes no labelled row shows, where there are fewer labels than classes or a class has one row', async () => {
    const few = await runAll({ downstream: { arms: ['raw'], labels: [4], draws: 1 } });
    expect(ofKind(few.events, 'downstreamMeasured')[0]!.unseen).toHaveLength(6);
    expect(ofKind(few.events, 'warned').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^downstream: with 4 labels 6 of 10 classes have no labelled row in draw 1 \("\d", "\d", "\d" and 3 more\)/),
    ]);
    const folder = writeTable([...clouds((i) => (i % 2 === 0 ? 'kitten' : 'crane')), '9,9,egret']);
    const data = { source: 'table.csv', label: 'kind' };
    const lone = { data, model: { kind: 'linear', latent: 2 }, downstream: { arms: ['raw'], labels: [6, 12], draws: 3 } };
    const { events } = await runAll(lone, { folder });
    expect(ofKind(events, 'downstreamMeasured')).toHaveLength(6);
  });
});

describe('a transductive run', () => {
  it('trains on the inputs of the test rows and says so; their labels stay hidden', async () => {
    const downstream = { ...base.downstream, arms: ['raw', 'pca'], draws: 1, transductive: true };
    const { events, setup } = await runAll({ downstream });
    const plain = await setUp({});
    const { train, test } = setup.data;
    expect(train.rows.length).toBe(plain.data.train.rows.length + test.rows.length);
    expect(test.rows).toEqual(plain.data.test.rows);
    const tested = new Set(test.rows);
    train.rows.forEach((row, i) => {
      expect(train.labels![i] === -1).toBe(tested.has(row));
    });
    expect(ofKind(events, 'downstreamStarted')[0]!.transductive).toBe(true);
    expect(ofKind(events, 'warned').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^transductive: the 359 test rows are among the rows that the encoder trains on/),
    ]);
    const drawn = Array.from(setup.sample.indices);
    expect(new Set(drawn).size).toBe(drawn.length);
    plain.prepared.dispose();
  });
});
