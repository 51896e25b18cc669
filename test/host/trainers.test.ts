import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { LatentLab } from '../../src/extension.ts';
import { activated, closeAll, command, experimentText, extension, folder, remove, until, writeExperiment } from './latentLab.ts';

describe('trainers', () => {
  let lab: LatentLab;
  const written: vscode.Uri[] = [];
  const setting = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration('latentLab').update(name, value, vscode.ConfigurationTarget.Global);
  const write = (epochs: number): vscode.Uri => {
    const uri = writeExperiment(experimentText({ epochs }));
    written.push(uri);
    return uri;
  };
  const train = (epochs: number) => command<string>('trainExperiment', write(epochs));
  const leaseOf = (id: string): string => join(folder(), '.latent/runs', id, 'lease');
  const reaches = (id: string, status: string) =>
    until(
      () => lab.runs.find(id)?.status === status,
      () => `run ${id} to be ${status}; it is ${JSON.stringify(lab.runs.find(id))}`,
    );

  before(async () => {
    lab = await activated();
  });
  afterEach(async () => {
    await closeAll();
    for (const name of ['keepTraining', 'nodePath']) await setting(name, undefined);
  });
  after(() => {
    for (const uri of written) remove(uri);
  });

  it('of this window have a lease that it renews', async () => {
    const id = await train(100_000);
    await reaches(id, 'running');
    const firstMs = statSync(leaseOf(id)).mtimeMs;
    await until(() => statSync(leaseOf(id)).mtimeMs > firstMs, 'the lease to be renewed', 12_000);
    await command('stopRun', id);
    await reaches(id, 'stopped');
  });

  it('that people want to go on alone have none', async () => {
    await setting('keepTraining', true);
    const id = await train(100_000);
    await reaches(id, 'running');
    assert.equal(existsSync(leaseOf(id)), false);
    await command('stopRun', id);
    await reaches(id, 'stopped');
  });

  it('that cannot be started say so in the tree, with the setting to change', async () => {
    await setting('nodePath', '/nowhere/node');
    const id = await train(1);
    await reaches(id, 'failed');
    assert.match(lab.runs.find(id)!.reason!, /\/nowhere\/node could not be started.*latentLab\.nodePath/);
    await command('deleteRun', id);
  });

  it('of the command line show up in the tree as the window’s own do', async () => {
    const known = new Set(lab.runs.all().map(({ id }) => id));
    const cli = join(extension().extensionPath, 'dist/cli.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'train', write(1).fsPath, '--json'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const { run } = JSON.parse(stdout) as { run: string };
    assert.ok(!known.has(run));
    await reaches(run, 'finished');
    assert.equal(lab.tree.getTreeItem(lab.tree.elementOf(run)!).contextValue, 'run.finished');
  });
});
