import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DecodeOrigin } from '../../src/protocol/decodePage.ts';
import { activated, closeAll, command, experimentText, remove, until, writeExperiment } from './latentLab.ts';

const opened: vscode.Uri[] = [];

/** A table of two words, with two prompts. */
const table = `{
  "version": 1,
  "task": "languageModel",
  "name": "Two words",
  "model": { "kind": "table", "next": { "": { "a": 0.6, "b": 0.4 }, "a": { "</s>": 1 }, "b": { "</s>": 1 } } },
  "decoding": {
    "prompts": [
      "a",
      "b"
    ]
  }
}
`;

function write(text: string): vscode.Uri {
  const uri = writeExperiment(text);
  opened.push(uri);
  return uri;
}

const originOf = (uri: vscode.Uri): DecodeOrigin => ({ kind: 'experiment', uri: uri.toString() });

/** Tabs that show texts. */
const panels = (): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes('latentLab.decode'));

async function lensesOf(uri: vscode.Uri): Promise<vscode.CodeLens[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
  return lenses.filter((lens) => lens.command?.command === 'latentLab.decode');
}

/** Waits until the page of a model has had so many answers. */
async function answers(uri: vscode.Uri, count: number): Promise<void> {
  const { decodePanels } = await activated();
  await until(() => (decodePanels.conversation(originOf(uri))?.answered ?? 0) >= count, `${count} answers to the page`);
}

describe('the texts of a model', () => {
  before(activated);
  afterEach(async () => {
    await closeAll();
    for (const uri of opened.splice(0)) remove(uri);
  });

  it('are searched from a lens above each prompt of the file', async () => {
    const uri = write(table);
    await vscode.window.showTextDocument(uri);
    const lenses = await lensesOf(uri);
    assert.deepEqual(
      lenses.map(({ range, command: known }) => [range.start.line, known?.arguments?.[1]]),
      [
        [7, 'a'],
        [8, 'b'],
      ],
    );
    assert.match(lenses[0]!.command!.title, /^\$\(list-tree\) .*“a”$/);
  });

  it('show up in a panel of their own, which asks and is answered, one a model', async () => {
    const uri = write(table);
    await command('decode', uri);
    const [panel] = await until(() => (panels().length > 0 ? panels() : null), 'a panel of texts');
    await answers(uri, 1);
    assert.equal(panel!.label, 'Two words: texts');
    const { decodePanels } = await activated();
    const before = decodePanels.conversation(originOf(uri))!.answered;
    await vscode.commands.executeCommand('latentLab.decode', uri, 'b');
    await answers(uri, before + 1);
    assert.equal(panels().length, 1);
  });

  it('are searched anew when the file is saved', async () => {
    const uri = write(table);
    await command('decode', uri);
    await answers(uri, 1);
    const { decodePanels } = await activated();
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), table.replace('0.6', '0.5'));
    await vscode.workspace.applyEdit(edit);
    const before = decodePanels.conversation(originOf(uri))!.answered;
    await document.save();
    await answers(uri, before + 1);
  });

  it('have no lens where there is no model yet, and no panel either', async () => {
    const mlp = write(`{ "version": 1, "task": "languageModel", "data": { "source": "names" }, "model": { "kind": "mlp" } }`);
    const digits = write(experimentText());
    for (const uri of [mlp, digits]) {
      await vscode.workspace.openTextDocument(uri);
      assert.deepEqual(await lensesOf(uri), []);
      await command('decode', uri);
    }
    assert.equal(panels().length, 0);
  });
});
