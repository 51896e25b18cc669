import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeNpy } from '../../../src/math/npy.ts';
import { fillNormal } from '../../../src/math/random.ts';
import { newRunState } from '../../../src/run/runState.ts';
import { codeSimilarity, type StoredRun } from '../../../src/store/codeSimilarity.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'latent-lab-similarity-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Codes of 60 rows of the data, [60, 3]. */
const codesOfData = new Float32Array(180);
fillNormal(codesOfData, { seed: 1, stream: 'data', step: 0 });

/** A run that keeps these rows; its codes at step 0 are other numbers, at step 10 those of the data times a factor. */
function runWith(name: string, indices: number[], { factor = 1, hash = 'same' } = {}): StoredRun {
  const folder = join(home, name);
  mkdirSync(join(folder, 'arrays'), { recursive: true });
  writeFileSync(join(folder, 'resolved.json'), JSON.stringify({ data: { hash } }));
  const write = (file: string, data: Float32Array, shape: number[]) => writeFileSync(join(folder, 'arrays', file), encodeNpy(data, shape));
  const noise = new Float32Array(indices.length * 3);
  fillNormal(noise, { seed: 2, stream: 'data', step: name.length });
  const late = Float32Array.from(
    { length: indices.length * 3 },
    (_, i) => factor * codesOfData[indices[Math.floor(i / 3)]! * 3 + (i % 3)]!,
  );
  write('indices.npy', Float32Array.from(indices), [indices.length]);
  write('latents-0.npy', noise, [indices.length, 3]);
  write('latents-10.npy', late, [indices.length, 3]);
  const state = newRunState();
  state.name = name;
  state.frames = [0, 10].map((step) => ({
    step,
    epoch: step,
    explained: [0, 0],
    latents: `arrays/latents-${step}.npy`,
    projection: '',
    reconstructions: '',
    spectra: null,
    language: null,
  }));
  const nothing = {
    labels: [],
    labelNames: [],
    splits: [],
    pictured: 0,
    imageShape: null,
    columns: [],
    inputs: '',
    tokens: null,
    corrupted: null,
  };
  state.sample = { ...nothing, rows: indices.length, indices: 'arrays/indices.npy' };
  return { folder, state };
}

const ascending = Array.from({ length: 40 }, (_, i) => i);

test('codes of the same rows in another order and another scale are the same, whatever they were before', async () => {
  const run = runWith('one', ascending);
  const other = runWith('another', ascending.toReversed(), { factor: -3 });
  const found = await codeSimilarity(run, other);
  if (typeof found === 'string') throw new Error(found);
  expect(found.rows).toBe(40);
  expect([...found.points.filter((_, i) => i % 2 === 0)]).toEqual([0, 10]);
  expect(found.points[1]).toBeLessThan(0.6);
  expect(found.points[3]).toBeCloseTo(1, 5);
});

test('only rows that both runs keep are compared', async () => {
  const found = await codeSimilarity(
    runWith('one', ascending),
    runWith(
      'another',
      ascending.map((row) => row + 15),
    ),
  );
  expect(found).toMatchObject({ rows: 25 });
});

test('too few common rows, other data, and runs that do not say their rows are refused with the reason', async () => {
  const run = runWith('one', ascending);
  expect(
    await codeSimilarity(
      run,
      runWith(
        'far',
        ascending.map((row) => row + 30),
      ),
    ),
  ).toContain('Only 10 rows');
  expect(await codeSimilarity(run, runWith('strange', ascending, { hash: 'other' }))).toContain('“strange” was trained on other data');
  const old = runWith('old', ascending);
  old.state.sample!.indices = null;
  expect(await codeSimilarity(run, old)).toContain('does not say which rows');
});

test('a damaged moment is left out, and damaged codes of the other run are named', async () => {
  const [run, other] = [runWith('one', ascending), runWith('another', ascending)];
  writeFileSync(join(run.folder, 'arrays/latents-0.npy'), 'torn');
  const found = await codeSimilarity(run, other);
  if (typeof found === 'string') throw new Error(found);
  expect([...found.points]).toEqual([10, expect.closeTo(1, 5)]);
  writeFileSync(join(other.folder, 'arrays/latents-10.npy'), 'torn');
  expect(await codeSimilarity(run, other)).toContain('“another” has kept no codes');
});
