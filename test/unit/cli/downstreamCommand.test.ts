import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'latent-lab-labels-'));

function run(...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1' };
  const result = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], { cwd: work, encoding: 'utf8', env });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** Trains an experiment in a folder of its own; its run's folder. */
function trainIn(folder: string, sections: object): string {
  const path = join(folder, 'test.latent.jsonc');
  const small = { version: 1, task: 'autoencoder', data: { source: 'digits' }, model: { kind: 'mlp', hidden: [16], latent: 4 } };
  writeFileSync(path, JSON.stringify({ ...small, training: { batchSize: 256, epochs: 2 }, ...sections }));
  const { code, out, err } = run('train', path, '--json');
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out).folder;
}

const newFolder = () => mkdtempSync(join(work, 'experiment-'));

function eventsOf(folder: string): Record<string, unknown>[] {
  const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => ({ ...JSON.parse(line), timeMs: 0 }));
}

beforeAll(() => {
  execFileSync(process.execPath, ['esbuild.mjs', '--quiet'], { cwd: root });
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('latent-lab downstream', () => {
  let folder = '';
  beforeAll(() => {
    folder = trainIn(newFolder(), { downstream: { arms: ['raw', 'scratch', 'frozen', 'fineTune'], labels: [20], draws: 2 } });
  });

  it('measures on the last checkpoint what the run itself measured, to the bit', () => {
    const before = eventsOf(folder);
    const { code, out, err } = run('downstream', folder);
    expect(code).toBe(0);
    const added = eventsOf(folder).slice(before.length);
    const measured = (events: Record<string, unknown>[]) => events.filter(({ kind }) => kind === 'downstreamMeasured');
    expect(measured(added)).toEqual(measured(before));
    expect(added.map(({ kind }) => kind)).toEqual(['downstreamStarted', ...measured(added).map(({ kind }) => kind), 'downstreamFinished']);
    expect(out).toMatch(/^labels {2}raw {2,}scratch {2,}frozen {2,}fineTune\n {4}20 {2}0\.\d{3} ± 0\.\d{3} {2}/);
    expect(out).toContain('fineTune ');
    expect(err).toMatch(/^1\/8 raw with 20 labels, draw 1: 0\.\d{3}\n/);
    expect(err.trim().split('\n')).toHaveLength(8);
  });

  it('takes other budgets, and the run shows them from then on', () => {
    const { code, out } = run('downstream', folder, '--labels', '30,90', '--draws', '3', '--json');
    expect(code).toBe(0);
    const told = JSON.parse(out);
    expect(told).toMatchObject({ folder, status: 'finished', transductive: false, testRows: 359 });
    expect(told.points).toHaveLength(8);
    expect(told.worth.every(({ low }: { low: unknown }) => low !== null)).toBe(true);
    expect(told.metrics['downstream.fineTune-scratch.90.ci']).toBeGreaterThan(0);
    expect(Object.keys(told.metrics).filter((name) => name.includes('.20'))).toEqual([]);
    const summary = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'));
    expect(summary).toMatchObject({ status: 'finished', session: 1 });
    expect(summary.metrics).toMatchObject(told.metrics);
    const shown = run('show', folder);
    expect(shown.out).toMatch(/\n {4}30 {2}0\.\d{3} ± /);
    expect(shown.out).toContain('accuracy on 359 test rows, mean of 3 draws');
  });

  it('closes a run with one line', () => {
    const path = join(newFolder(), 'test.latent.jsonc');
    const data = { source: 'digits' };
    const downstream = { arms: ['scratch', 'fineTune'], labels: [20], draws: 2 };
    const model = { kind: 'linear', latent: 4 };
    writeFileSync(path, JSON.stringify({ version: 1, task: 'autoencoder', data, model, training: { steps: 3 }, downstream }));
    const { out, err } = run('train', path);
    expect(out).toMatch(/^labels {2}fineTune 0\.\d{3} ± 0\.\d{3}, scratch 0\.\d{3} ± 0\.\d{3} with 20 labels$/m);
    expect(err).toMatch(/^few labels 4\/4 fits$/m);
  });

  it.each([
    [['downstream'], 'name one run, got 0'],
    [['downstream', 'nowhere'], 'there is no run "nowhere"'],
    [['downstream', 'RUN', '--labels', '10,many'], '--labels wants whole numbers of at least 1, got "many"'],
    [['downstream', 'RUN', '--draws', '0'], '--draws wants whole numbers of at least 1, got "0"'],
    [['downstream', 'RUN', '--labels', '10,5000'], 'downstream.labels must be at most 1258, the training rows with a label, got 5000'],
    [['downstream', 'RUN', '--labels', '10,10'], 'downstream.labels names 10 twice'],
    [['downstream', 'RUN', '--engine', 'abacus'], '--engine abacus: there is no such engine'],
  ])('refuses %j', (args, words) => {
    const before = eventsOf(folder).length;
    const { code, err, out } = run(...args.map((word) => (word === 'RUN' ? folder : word)));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(eventsOf(folder)).toHaveLength(before);
  });

  it('evaluates a run of a table beside its file, until the table changes', () => {
    const place = newFolder();
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 2},${Math.sin(i)},${i % 2 === 0 ? 'kitten' : 'crane'}`);
    writeFileSync(join(place, 'table.csv'), `${['a,b,kind', ...rows].join('\n')}\n`);
    const table = trainIn(place, { data: { source: 'table.csv', label: 'kind' }, model: { kind: 'linear', latent: 1 } });
    expect(run('downstream', table, '--labels', '6', '--draws', '2').code).toBe(0);
    writeFileSync(join(place, 'table.csv'), `${['a,b,kind', ...rows, '1,1,crane'].join('\n')}\n`);
    const { code, err } = run('downstream', table, '--labels', '6');
    expect(code).toBe(2);
    expect(err).toContain('the data have changed since');
  });
});
