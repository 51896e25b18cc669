import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureVsCodeHost } from '../window/vscodeHost.mjs';
import { packageFolder } from './installedEngine.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'latent-lab-tensorflow-'));
const cli = join(root, 'dist/cli.js');
const template = join(root, 'media/templates/digits.latent.jsonc');

/** The Node of the newest VS Code: the one that a window trains with. */
const newestNode = async () => (await ensureVsCodeHost('newest')).node;

const readJson = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.each([
  ['this Node', async () => process.execPath],
  ['the Node of the newest VS Code', newestNode],
])('the bundles on %s', (_, findNode) => {
  it('prove the engine', async () => {
    const run = spawnSync(await findNode(), [cli, 'setup', 'tensorflow', '--prove', packageFolder()], { encoding: 'utf8' });
    expect({ code: run.status, err: run.stderr }).toEqual({ code: 0, err: '' });
    expect(run.stdout).toMatch(/on libtensorflow 2\./);
  });

  it('train an epoch by the command line, which says so in the record', async () => {
    const args = ['train', template, '--engine', 'tensorflow', '--set', 'training.epochs=1', '--runs', join(work, 'runs'), '--json'];
    const run = spawnSync(await findNode(), [cli, ...args], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    const { engine, epochs, folder } = JSON.parse(run.stdout);
    expect({ engine, epochs }).toEqual({ engine: 'tensorflow', epochs: 1 });
    expect(readJson(folder, 'resolved.json').engine).toMatchObject({ kind: 'tensorflow', threads: expect.any(Number) });
  });

  it('train an epoch by the trainer, as a window does', async () => {
    const runFolder = mkdtempSync(join(work, 'run-'));
    const experimentPath = join(work, 'short.latent.jsonc');
    writeFileSync(experimentPath, readFileSync(template, 'utf8').replace(/"epochs": \d+/, '"epochs": 1'));
    const job = { runFolder, experimentPath, engine: 'tensorflow', leased: false, media: join(root, 'media') };
    const run = spawnSync(await findNode(), [join(root, 'dist/trainer.js'), JSON.stringify(job)], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    expect(readJson(runFolder, 'resolved.json').engine.description).toMatch(/on libtensorflow/);
    expect(readJson(runFolder, 'summary.json')).toMatchObject({ status: 'finished', epoch: 1 });
  });
});

describe('the engine on the Node of the newest VS Code', () => {
  it('agrees with the plain backend as it does on this Node', async () => {
    const report = join(work, 'parity.json');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const args = ['run', '--config', 'test/vitest.config.mts', '--project', 'tensorflow', '--reporter=json', `--outputFile=${report}`];
    const child = spawn(await newestNode(), [vitest, ...args, 'test/tensorflow/engine.test.ts', 'test/tensorflow/parity.test.ts'], {
      cwd: root,
      stdio: 'ignore',
    });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    const { numPassedTests, numFailedTests } = readJson(report);
    expect({ code, numFailedTests }).toEqual({ code: 0, numFailedTests: 0 });
    expect(numPassedTests).toBeGreaterThan(100);
  });
});
