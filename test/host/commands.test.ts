import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { parseExperiment } from '../../src/experiment/parseExperiment.ts';
import { commandId, commandNames } from '../../src/host/commandNames.ts';
import { activated, closeAll, command, extension, folder, until } from './latentLab.ts';

describe('activation', () => {
  it('tells how long it took, and starts no process', async () => {
    const lab = await activated();
    console.log(`[test]           activated in ${lab.activationMs.toFixed(1)} ms`);
    assert.equal(await lab.server.processId(), undefined);
  });

  it('loads no engine: neither TensorFlow nor ONNX Runtime is in the bundle of the host', async () => {
    const bundle = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension().extensionUri, 'dist/extension.js'));
    const text = new TextDecoder().decode(bundle);
    assert.ok(!text.includes('tfjs-backend') && !text.includes('onnxruntime'), 'the host carries an engine');
  });
});

describe('the commands', () => {
  before(activated);
  afterEach(closeAll);

  it('that VS Code knows are the ones of the code, and none besides', async () => {
    const known = (await vscode.commands.getCommands(true)).filter(
      (id) => id.startsWith('latentLab.') && !id.startsWith('latentLab.runs.'),
    );
    assert.deepEqual(known.filter((id) => !id.includes('.resetViewLocation')).sort(), commandNames.map(commandId).sort());
  });

  // the others are asked for in tests of their own: they ask people, or fetch hundreds of megabytes
  const quiet = commandNames.filter(
    (name) => !['newExperiment', 'experimentFromFile', 'trainExperiment', 'installTensorflow'].includes(name),
  );

  it('are safe without arguments while there is no run', async () => {
    for (const name of quiet) await command(name);
  });

  it('are safe with arguments that nobody would pass', async () => {
    for (const name of quiet)
      for (const target of ['../../etc', {}, { id: 7 }, { kind: 'run', id: 'none' }, null, 42])
        await command(name, target, { toString: null });
  });

  it('Train Experiment and New Experiment are safe without arguments: one finds nothing, the other asks', async () => {
    assert.equal(await command('trainExperiment'), undefined);
    const asked = command('newExperiment');
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return Promise.race([Promise.resolve(asked).then(() => true), new Promise((resolve) => setTimeout(resolve, 50, false))]);
    }, 'the quick pick to be closed');
    assert.equal(await asked, undefined);
  });

  it('Install Native TensorFlow says what is in its way, and can be asked for again', async () => {
    const before = process.env.LATENT_LAB_CACHE;
    // a file is no folder: nothing can be installed in it
    process.env.LATENT_LAB_CACHE = `${extension().extensionPath}/package.json/cache`;
    try {
      assert.deepEqual(await Promise.all([command('installTensorflow'), command('installTensorflow', { toString: null })]), [
        undefined,
        undefined,
      ]);
      assert.equal(await command('installTensorflow'), undefined);
    } finally {
      if (before === undefined) delete process.env.LATENT_LAB_CACHE;
      else process.env.LATENT_LAB_CACHE = before;
    }
  });

  it('Create Experiment from Data File writes one that has no problem beside the file, and overwrites nothing', async () => {
    const files = {
      'flowers.csv': `a,b,c,species\n${Array.from({ length: 40 }, (_, i) => `${i},${i % 7},${i % 3},${i % 2 ? 'rose' : 'lily'}`).join('\n')}\n`,
      'notes.txt': 'The man ate the banana. '.repeat(60),
    };
    for (const [name, text] of Object.entries(files)) {
      const file = vscode.Uri.file(`${folder()}/${name}`);
      await vscode.workspace.fs.writeFile(file, Buffer.from(text));
      const uri = await command<vscode.Uri>('experimentFromFile', file);
      assert.equal(uri.fsPath, `${folder()}/${name.slice(0, name.indexOf('.'))}.latent.jsonc`);
      const { experiment, problems } = parseExperiment((await vscode.workspace.openTextDocument(uri)).getText());
      assert.deepEqual(problems, []);
      assert.equal(experiment?.data?.source, name);
      const second = await command<vscode.Uri>('experimentFromFile', file);
      assert.notEqual(second.fsPath, uri.fsPath);
      for (const written of [file, uri, second]) await vscode.workspace.fs.delete(written);
    }
  });

  it('New Experiment puts a copy of a template into the folder and opens it, and overwrites nothing', async () => {
    const first = await command<vscode.Uri>('newExperiment', 'digits');
    assert.equal(first.fsPath, `${folder()}/digits.latent.jsonc`);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, first.fsPath);
    const second = await command<vscode.Uri>('newExperiment', 'digits');
    assert.equal(second.fsPath, `${folder()}/digits-2.latent.jsonc`);
    for (const uri of [first, second]) await vscode.workspace.fs.delete(uri);
  });
});
