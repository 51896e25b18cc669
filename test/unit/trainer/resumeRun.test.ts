import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { experimentName } from '../../../src/experiment/experimentName.ts';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import type { RunState } from '../../../src/run/runState.ts';
import { readCheckpoint } from '../../../src/store/checkpoints.ts';
import { createRunFolder } from '../../../src/store/createRunFolder.ts';
import { readRunState } from '../../../src/store/readRunState.ts';
import { RunWriter } from '../../../src/store/runWriter.ts';
import type { OrderDesk } from '../../../src/trainer/orderDesk.ts';
import { prepareRun } from '../../../src/trainer/prepareRun.ts';
import { resumeRun } from '../../../src/trainer/resumeRun.ts';
import { runTraining } from '../../../src/trainer/runTraining.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'latent-lab-resume-'));
const runs = join(work, '.latent', 'runs');
mkdirSync(runs, { recursive: true });
writeFileSync(join(work, 'words.txt'), Array.from({ length: 90 }, (_, i) => `${'abcde'.slice(i % 4)}${'xyz'.slice(i % 3)}`).join('\n'));
const place = { media: `${root}media`, engineFolder: `${root}dist` };
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Trains a new run, and stops it once it has come to this step. */
async function start(sections: object, stopAt = Number.POSITIVE_INFINITY): Promise<string> {
  const text = JSON.stringify({ version: 1, task: 'autoencoder', data: { source: 'digits', label: 'digit' }, ...sections });
  const experimentPath = join(work, 'experiment.latent.jsonc');
  writeFileSync(experimentPath, text);
  const { experiment, problems } = parseExperiment(text);
  if (experiment === null) throw new Error(problems.map(({ message }) => message).join('; '));
  const { folder } = await createRunFolder(runs);
  const name = experimentName(experimentPath, experiment);
  let desk: OrderDesk | undefined;
  await runTraining({
    writer: await RunWriter.open(folder),
    text,
    experimentPath,
    name,
    leaseSeconds: null,
    prepare: () => prepareRun({ experiment, name, experimentPath, ...place }),
    onDesk: (made) => {
      desk = made;
    },
    onEvent: (_, { step }) => {
      if (step >= stopAt) desk!.stop('for the test');
    },
  });
  return folder;
}

/** Goes on to the end. */
const resume = (folder: string) => resumeRun({ folder, ...place, leaseSeconds: null });

/** What two runs must have in common: all that the log says, but times, sittings, and the checkpoints and orders of the interruption. */
function common(state: RunState) {
  const {
    session: _session,
    resumedFrom: _from,
    startedMs: _started,
    endedMs: _ended,
    updatedMs: _updated,
    activeMs: _active,
    activeSinceMs: _since,
    pace: _pace,
    marks,
    columns,
    ...rest
  } = state;
  return {
    ...rest,
    marks: marks.filter(({ kind }) => kind === 'warning'),
    columns: [...columns].map(([name, column]) => [name, [...column.steps], [...column.values].map(String)]),
  };
}

/** Parameters and moments at the end of a run. */
async function weights(folder: string, step: number): Promise<string[]> {
  const files = await readCheckpoint(folder, step);
  return ['parameters.f32', 'moments.f32'].map((name) => Buffer.from(files[name]!).toString('base64'));
}

const small = { training: { batchSize: 64, steps: 40, evaluateEvery: 8, checkpointEvery: 10 }, probe: false, view: { points: 50 } };
const cases: [string, object, number[]][] = [
  ['adam on noise', { ...small, model: { hidden: [8], latent: 3 } }, [0, 1, 13, 39]],
  [
    'momentum under a mask with blocks',
    { ...small, optimizer: { kind: 'momentum', learningRate: 0.01, schedule: 'cosine' }, corruption: { kind: 'mask', shape: 'blocks' } },
    [17],
  ],
  [
    'adamw of a small linear model, whose steps are looped',
    { ...small, optimizer: { kind: 'adamw' }, model: { kind: 'linear', latent: 2 } },
    [11],
  ],
  ['sgd with patience', { ...small, optimizer: { kind: 'sgd', learningRate: 0.002 }, training: { ...small.training, patience: 3 } }, [25]],
  [
    'an unrolled encoder',
    { ...small, model: { kind: 'linear', parameterization: 'unrolled', latent: 4 }, corruption: { kind: 'mask' } },
    [19],
  ],
  ['a convolutional model', { ...small, model: { kind: 'convolutional', channels: [2, 4], latent: 4 } }, [9]],
  [
    'a language model of words',
    {
      task: 'languageModel',
      data: { source: 'words.txt' },
      model: { kind: 'mlp', context: 3, embedding: 4, hidden: [8] },
      training: { steps: 40, evaluateEvery: 8, checkpointEvery: 10 },
    },
    [15],
  ],
  [
    'a gated network of masked lines',
    {
      task: 'languageModel',
      data: { source: 'words.txt' },
      objective: { kind: 'maskedToken' },
      model: { kind: 'transformer', layers: 1, heads: 1, width: 8, context: 12 },
      training: { steps: 20, batchSize: 4, evaluateEvery: 8, checkpointEvery: 10 },
    },
    [7],
  ],
];

describe('a run that was stopped and goes on ends as one that never stopped, to the bit', () => {
  test.each(cases)('%s', async (_, sections, stops) => {
    const whole = await start(sections);
    const expected = await readRunState(whole);
    expect(expected.status).toBe('finished');
    for (const stop of stops) {
      const folder = await start(sections, stop);
      const halfway = await readRunState(folder);
      expect(halfway.status).toBe('stopped');
      const result = await resume(folder);
      expect(result.reason).toBeNull();
      expect(result.status).toBe('finished');
      const state = await readRunState(folder);
      expect(common(state)).toEqual(common(expected));
      expect(state.resumedFrom).toBe(halfway.step);
      expect(await weights(folder, state.step)).toEqual(await weights(whole, expected.step));
    }
  });
});

describe('what cannot go on says why', () => {
  test('a run that has finished', async () => {
    const folder = await start({ ...small, training: { steps: 4 } });
    await expect(resume(folder)).rejects.toThrow(/has finished/);
  });

  test('a run whose data have changed', async () => {
    writeFileSync(join(work, 'rows.csv'), 'a,b\n1,2\n3,4\n5,6\n7,9\n');
    const folder = await start({ ...small, data: { source: 'rows.csv', split: 'none' }, model: { hidden: [2], latent: 1 } }, 5);
    writeFileSync(join(work, 'rows.csv'), 'a,b\n1,2\n3,4\n5,6\n7,8\n');
    const { status, reason } = await resume(folder);
    expect(status).toBe('failed');
    expect(reason).toMatch(/data have changed/);
  });
});

describe('a damaged checkpoint', () => {
  test('is passed over for the one before', async () => {
    const sections = { ...small, model: { hidden: [8], latent: 3 } };
    const expected = await readRunState(await start(sections));
    const folder = await start(sections, 25);
    const { step } = await readRunState(folder);
    const path = join(folder, 'checkpoints', String(step), 'parameters.f32');
    const bytes = readFileSync(path);
    bytes[5]! ^= 1;
    writeFileSync(path, bytes);
    await resume(folder);
    const state = await readRunState(folder);
    expect(state.resumedFrom).toBe(20);
    expect(common(state)).toEqual(common(expected));
  });

  test('without another the run begins again, and the log before it is void', async () => {
    const sections = { ...small, model: { hidden: [8], latent: 3 } };
    const expected = await readRunState(await start(sections));
    const folder = await start(sections, 3);
    rmSync(join(folder, 'checkpoints'), { recursive: true });
    await resume(folder);
    expect(common(await readRunState(folder))).toEqual(common(expected));
  });
});
