import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeAll, experimentText, remove, until, writeExperiment } from './latentLab.ts';

const opened: vscode.Uri[] = [];

/** Opens an experiment with this text. */
async function open(text: string): Promise<vscode.TextDocument> {
  const uri = writeExperiment(text);
  opened.push(uri);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

const diagnosticsOf = (document: vscode.TextDocument): vscode.Diagnostic[] => vscode.languages.getDiagnostics(document.uri);

async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
}

describe('an experiment file', () => {
  before(activated);
  afterEach(async () => {
    await closeAll();
    for (const uri of opened.splice(0)) remove(uri);
  });

  it('keeps VS Code’s own language for JSON with comments', async () => {
    assert.equal((await open(experimentText())).languageId, 'jsonc');
  });

  it('gets one diagnostic a fault, at its place, with a quick fix that mends it', async () => {
    const document = await open(experimentText().replace('"latent": 2', '"latnt": 2'));
    const [diagnostic] = await until(() => (diagnosticsOf(document).length > 0 ? diagnosticsOf(document) : null), 'a diagnostic');
    assert.equal(
      diagnosticsOf(document).length,
      1,
      diagnosticsOf(document)
        .map(({ message }) => message)
        .join('\n'),
    );
    assert.match(document.getText(diagnostic!.range), /latnt/);
    assert.match(diagnostic!.message, /did you mean/i);
    assert.equal(diagnostic!.source, 'Latent Lab');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic!.range,
    );
    const fix = actions.find(({ title }) => title.startsWith('Change to'));
    assert.ok(fix?.edit, `no quick fix among ${actions.map(({ title }) => title)}`);
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /"latent": 2/);
    await until(() => diagnosticsOf(document).length === 0, 'the diagnostic to go');
  });

  it('is told once when it is no JSON: by VS Code', async () => {
    const document = await open(experimentText());
    await replaceAll(document, experimentText().replace('"task":', '"task"'));
    const found = await until(() => (diagnosticsOf(document).length > 0 ? diagnosticsOf(document) : null), 'a diagnostic');
    assert.ok(found.every(({ source }) => source !== 'Latent Lab'));
  });

  it('is checked against its data by the model server: a label column that is not there', async () => {
    const document = await open(experimentText().replace('"label": "digit"', '"label": "species"'));
    const [diagnostic] = await until(
      () => (diagnosticsOf(document).length > 0 ? diagnosticsOf(document) : null),
      'the model server’s answer',
    );
    assert.match(diagnostic!.message, /species/);
    assert.match(document.getText(diagnostic!.range), /species/);
    const { server } = await activated();
    assert.ok(await server.processId(), 'the model server has not been started');
    await replaceAll(document, experimentText());
    await until(() => diagnosticsOf(document).length === 0, 'the diagnostic to go');
  });

  it('is checked again by a new model server when the old one has ended', async () => {
    const { server } = await activated();
    const ended = await server.processId();
    if (ended) process.kill(ended);
    await until(async () => (await server.processId()) !== ended, 'the end of the model server to be seen');
    const document = await open(experimentText().replace('"label": "digit"', '"label": "planet"'));
    const [diagnostic] = await until(
      () => (diagnosticsOf(document).length > 0 ? diagnosticsOf(document) : null),
      'the answer of a new server',
    );
    assert.match(diagnostic!.message, /planet/);
  });

  it('completes keys and values from the schema', async () => {
    const text = experimentText().replace('"kind": "mlp"', '"kind": ""');
    const document = await open(text);
    const inside = document.positionAt(text.indexOf('"kind": ""') + '"kind": "'.length);
    const offered = await until(async () => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        inside,
      );
      const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      return labels.some((label) => label.includes('linear')) ? labels : null;
    }, 'completions from the schema');
    assert.ok(offered.some((label) => label.includes('mlp')));
  });

  it('says on its first line that it can be trained', async () => {
    const document = await open(experimentText());
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
    const train = lenses.find((lens) => lens.command?.command === 'latentLab.trainExperiment');
    assert.ok(train);
    assert.equal(train.range.start.line, 0);
  });

  it('of another name is left alone', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'jsonc', content: '{ "latnt": 1 }' });
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
    assert.equal(lenses.filter((lens) => lens.command?.command.startsWith('latentLab.')).length, 0);
  });
});
