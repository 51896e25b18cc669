import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineKinds } from '../../../src/engine/chooseEngine.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'latent-lab-engines-'));

function run(...args: string[]) {
  // a cache of its own: TensorFlow is not installed, whatever this user has
  const env = { ...process.env, NO_COLOR: '1', LATENT_LAB_CACHE: join(work, 'cache') };
  const result = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], { cwd: work, encoding: 'utf8', env });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** A row of `engines --json`. */
interface Row {
  engine: string;
  works: boolean;
  isAuto: boolean;
  description?: string;
  threads?: { small: number; large: number };
  stepsPerSecond?: { small: number; large: number };
  why?: string;
}

beforeAll(() => {
  execFileSync(process.execPath, ['esbuild.mjs', '--quiet'], { cwd: root });
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('latent-lab engines', () => {
  it('prints one array: every engine with its figures, or with why it does not work', () => {
    const { code, out } = run('engines', '--json');
    expect(code).toBe(0);
    const rows = JSON.parse(out) as Row[];
    expect(rows.map(({ engine }) => engine)).toEqual(engineKinds);
    for (const row of rows.filter(({ works }) => works)) {
      expect(row.description).toMatch(/\d\.\d/);
      for (const figures of [row.threads!, row.stepsPerSecond!]) expect(Math.min(figures.small, figures.large)).toBeGreaterThan(0);
      expect(row.stepsPerSecond!.small).toBeGreaterThan(row.stepsPerSecond!.large);
    }
    expect(rows.find(({ engine }) => engine === 'wasm')).toMatchObject({ works: true, threads: { small: 1, large: 1 } });
    expect(rows.find(({ engine }) => engine === 'tensorflow')).toMatchObject({
      works: false,
      why: expect.stringMatching(/setup tensorflow/),
    });
  });

  it('marks the engine that "auto" takes, which is the one that a run takes', () => {
    const { code, out } = run('engines');
    expect(code).toBe(0);
    const marked = out.split('\n').filter((line) => / auto /.test(line) && !line.includes(': '));
    expect(marked).toHaveLength(1);
    const template = join(root, 'media/templates/digits.latent.jsonc');
    const trained = run('train', template, '--runs', join(work, 'runs'), '--set', 'training.epochs=1', '--json');
    const { engine, folder } = JSON.parse(trained.out) as { engine: string; folder: string };
    expect(marked[0]).toMatch(new RegExp(`^${engine} `));
    const { engine: resolved, versions } = JSON.parse(readFileSync(join(folder, 'resolved.json'), 'utf8'));
    expect(resolved).toMatchObject({ kind: engine, reason: expect.any(String) });
    expect(versions).toHaveProperty('onnxruntime');
    const shown = run('show', folder).out;
    expect(shown).toMatch(new RegExp(`^engine +${engine}, ${resolved.threads} threads? · seed 0`, 'm'));
    expect(shown).toContain(resolved.description);
    expect(shown).toContain(resolved.reason);
    expect(JSON.parse(run('show', folder, '--json').out)).toMatchObject({
      engine,
      threads: resolved.threads,
      engineDescription: resolved.description,
      engineReason: resolved.reason,
    });
  });

  it('refuses what it does not know with its usage, and an engine that there is not', () => {
    expect(run('engines', 'wasm')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('usage: latent-lab engines') });
    expect(run('engines', '--measure', 'abacus')).toMatchObject({ code: 2, err: expect.stringContaining('there is no engine "abacus"') });
  });
});
