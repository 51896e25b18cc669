import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparableRun } from '../../../src/run/comparableRun.ts';
import { readRunState } from '../../../src/store/readRunState.ts';
import type { TrialResult } from '../../../src/trainer/runSweep.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'latent-lab-sweep-'));
const runs = join(work, '.latent', 'runs');

function run(...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    cwd: work,
    encoding: 'utf8',
    env,
  });
  return { code: status, out: stdout, err: stderr };
}

/** Writes an experiment with a sweep over codes and seeds. */
function write(sweep: object): string {
  const experiment = {
    version: 1,
    task: 'autoencoder',
    name: 'Digits',
    data: { source: 'digits' },
    model: { kind: 'mlp', hidden: [8], latent: 4 },
    training: { epochs: 4, batchSize: 256 },
    sweep,
  };
  const path = join(work, 'swept.latent.jsonc');
  writeFileSync(path, JSON.stringify(experiment));
  return path;
}

beforeAll(() => {
  execFileSync(process.execPath, ['esbuild.mjs', '--quiet'], { cwd: root });
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('latent-lab sweep', () => {
  test('trains a grid, names each run by what it set, and orders them by the validation loss', () => {
    const path = write({ over: { 'model.latent': [1, 6], seed: [0, 1] } });
    const { code, out, err } = run('sweep', path, '--json');
    expect({ code, err: err.split('\n').filter((line) => /^\d\/4 latent /.test(line)).length }).toEqual({ code: 0, err: 4 });
    const { trials, by } = JSON.parse(out) as { trials: TrialResult[]; by: string };
    expect(by).toBe('validation.loss');
    expect(trials.map(({ status }) => status)).toEqual(Array(4).fill('finished'));
    expect(trials.slice(0, 2).map(({ settings }) => settings['model.latent'])).toEqual([6, 6]);
    const losses = trials.map(({ metrics }) => metrics[by]!);
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    const written = JSON.parse(readFileSync(join(runs, trials[0]!.run!, 'experiment.jsonc'), 'utf8'));
    expect(written).toMatchObject({ name: expect.stringMatching(/^Digits: latent 6, seed [01]$/), model: { latent: 6 } });
    expect(written).not.toHaveProperty('sweep');
    const tags = trials.map(({ run }) => JSON.parse(readFileSync(join(runs, run!, 'notes.json'), 'utf8')).tags);
    expect(new Set(tags.flat())).toEqual(new Set([expect.stringMatching(/^sweep \d{8}-\d{6}$/)]));
    expect(new Set(tags.flat()).size).toBe(1);
  });

  test('halves: the one that is trained to its end is, to the bit, the run that is trained alone', async () => {
    const path = write({ over: { 'model.latent': [1, 2, 6] }, how: 'successiveHalving' });
    const { code, out } = run('sweep', path, '--json', '--parallel', '1');
    expect(code).toBe(0);
    const { trials } = JSON.parse(out) as { trials: TrialResult[] };
    expect(trials.map(({ status }) => status)).toEqual(['finished', 'stopped', 'stopped']);
    const best = join(runs, trials[0]!.run!);
    const alone = JSON.parse(run('train', join(best, 'experiment.jsonc'), '--runs', runs, '--json').out) as { folder: string };
    const [swept, trained] = await Promise.all([readRunState(best), readRunState(alone.folder)]);
    expect(comparableRun(swept)).toEqual(comparableRun(trained));
  });

  test('prints a table, the mean over seeds, and what to look at next', () => {
    const { code, out } = run('sweep', write({ over: { seed: [0, 1] } }), '--set', 'training.epochs=1');
    expect(code).toBe(0);
    expect(out).toMatch(/^rank {2}trial {2}run/);
    expect(out).toMatch(/± .* \(2 seeds\)/);
    expect(out).toMatch(/next {4}latent-lab show \d{8}-/);
  });

  test('says what is wrong before anything is trained', () => {
    const path = write({ over: { 'model.latent': [2, 0] } });
    expect(run('sweep', path)).toMatchObject({ code: 2, err: expect.stringMatching(/sweep\.over\.model\.latent = 0: /) });
    expect(run('train', write({ over: { seed: [0] } }))).toMatchObject({ code: 2, err: expect.stringMatching(/latent-lab sweep/) });
    expect(run('sweep', path, '--parallel', '0')).toMatchObject({ code: 2, err: expect.stringMatching(/--parallel 0/) });
    expect(run('sweep', path, '--on', 'moon')).toMatchObject({ code: 2, err: expect.stringMatching(/--on moon/) });
  });
});
