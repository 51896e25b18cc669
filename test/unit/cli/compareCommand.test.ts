import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { compareCommand } from '../../../src/cli/compareCommand.ts';
import { encodeNpy } from '../../../src/math/npy.ts';

const recorded = fileURLToPath(new URL('../../fixtures/runs', import.meta.url));
const [digits, ranks] = ['20260101-090000-digi', '20260102-090000-rank'];
const work = mkdtempSync(join(tmpdir(), 'latent-lab-compare-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A copy of the recorded digits that names the rows it keeps, with some settings changed. */
function copyOf(name: string, change: (experiment: Record<string, unknown>) => void = () => {}, firstRow = 0): string {
  const folder = join(work, name);
  cpSync(join(recorded, digits), folder, { recursive: true });
  const resolved = JSON.parse(readFileSync(join(folder, 'resolved.json'), 'utf8'));
  change(resolved.experiment);
  writeFileSync(join(folder, 'resolved.json'), JSON.stringify(resolved));
  const log = join(folder, 'events.jsonl');
  const events = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const event of events)
    if (event.kind === 'sampleSaved') {
      event.indices = 'arrays/indices.npy';
      const rows = Float32Array.from({ length: event.rows }, (_, i) => firstRow + i);
      writeFileSync(join(folder, event.indices), encodeNpy(rows, [rows.length]));
    }
  writeFileSync(log, `${events.map((event) => JSON.stringify(event)).join('\n')}\n`);
  return folder;
}

let printed: MockInstance<typeof console.log>;
beforeEach(() => {
  printed = vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

async function compare(...args: string[]): Promise<string> {
  expect(await compareCommand.run(args)).toBe(0);
  expect(printed).toHaveBeenCalledTimes(1);
  return String(printed.mock.calls[0]![0]);
}

describe('latent-lab compare', () => {
  let first: string;
  let second: string;
  let far: string;
  beforeAll(() => {
    first = copyOf('20260601-000000-aaaa');
    second = copyOf('20260601-000000-bbbb', (experiment) => {
      experiment.seed = 1;
      experiment.corruption = { kind: 'none' };
    });
    far = copyOf('20260601-000000-cccc', () => {}, 100);
  });

  it('puts the settings that differ and the main metrics side by side', async () => {
    const lines = (await compare(first, second)).split('\n');
    const settings = lines.slice(lines.findIndex((line) => line.startsWith('setting ')));
    expect(settings.slice(0, settings.indexOf('')).map((line) => line.split(/ {2,}/))).toEqual([
      ['setting', '20260601-000000-aaaa', '20260601-000000-bbbb'],
      ['seed', '0', '1'].map((cell) => expect.stringContaining(cell)),
      ['corruption.kind', 'gaussian', 'none'],
      ['corruption.sigma', '0.25', '-'],
    ]);
    expect(lines.find((line) => line.startsWith('validation.loss '))).toMatch(/ 4\.0563 +4\.0563$/);
    expect(lines.join('\n')).not.toContain('validation.mse');
    expect(lines).toContain('They hold out different rows: small differences of their losses say nothing.');
    expect(lines).toContain('Each lossCorrupted is under the corruption of its own run.');
  });

  it('says of every pair how alike the codes of the same rows are', async () => {
    const out = await compare(first, second, far);
    expect(out).toContain(
      '20260601-000000-aaaa and 20260601-000000-bbbb: codes almost the same up to rotation and scale: linear CKA 1.000 over 120 rows',
    );
    // the third says that the codes of rows 0, 1, ... are those of rows 100, 101, ...: they have nothing to do with each other
    const apart = /: codes mostly different: linear CKA 0\.[01]\d\d over 20 rows$/m;
    for (const id of ['aaaa', 'bbbb'])
      expect(out.split('\n').find((line) => line.startsWith(`20260601-000000-${id} and 20260601-000000-cccc`))).toMatch(apart);
    expect(out.trim().split('\n').at(-1)).toMatch(/^CKA is 1 where/);
  });

  it('says why codes are not compared, and that losses of other data do not compare', async () => {
    const out = await compare(join(recorded, digits), join(recorded, ranks));
    expect(out).toMatch(/: codes not compared\. “.*” was trained on other data/);
    expect(out).toContain('They were trained on different data: their losses are not of the same rows.');
    expect(out).not.toContain('CKA is 1');
  });

  it('shows every metric with --all', async () => {
    expect(await compare(first, second, '--all')).toContain('validation.mse');
  });

  it('prints one array with --json: each run with its metrics, its own side of the differences, and its codes against the others', async () => {
    const runs = JSON.parse(await compare(first, second, join(recorded, ranks), '--json'));
    expect(runs).toHaveLength(3);
    expect(runs[0]).toMatchObject({ run: '20260601-000000-aaaa', folder: first, status: 'finished' });
    expect(runs[0].metrics['validation.loss']).toBeCloseTo(4.0563, 4);
    expect(runs[0].differs).toMatchObject({ seed: 0, 'corruption.sigma': 0.25 });
    expect(runs[1].differs).toMatchObject({ seed: 1, 'corruption.kind': 'none' });
    expect(runs[1].differs).not.toHaveProperty('corruption.sigma');
    expect(runs[1].codes).toEqual([
      { run: '20260601-000000-aaaa', similarity: expect.closeTo(1, 6), rows: 120 },
      { run: ranks, reason: expect.stringContaining('other data') },
    ]);
  });

  it('knows equal settings, and runs whose settings nobody knows', async () => {
    expect(await compare(first, far)).toContain('Their settings are the same.');
    printed.mockClear();
    const out = await compare(first, join(recorded, '20260104-090000-pyth'));
    expect(out).toContain('The settings of runs without a whole resolved.json are not known.');
    expect(out).not.toContain('settings are the same');
  });

  it('refuses fewer than two different runs, and runs that there are not', async () => {
    for (const args of [[], [first], [first, first]])
      await expect(compareCommand.run(args)).rejects.toThrow('name two different runs or more');
    await expect(compareCommand.run([first, 'nothing-like-it'])).rejects.toThrow('there is no run "nothing-like-it"');
  });
});
