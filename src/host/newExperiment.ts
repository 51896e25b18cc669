import { parse } from 'jsonc-parser';
import * as vscode from 'vscode';

const suffix = '.latent.jsonc';

interface Template extends vscode.QuickPickItem {
  file: string;
  text: string;
}

/**
 * Puts a copy of a template into the open folder and opens it. Nothing is overwritten.
 * @param wanted name of a template ("digits"); else people pick one
 */
export async function newExperiment(context: vscode.ExtensionContext, wanted: unknown): Promise<vscode.Uri | undefined> {
  const folder = await chooseFolder();
  if (!folder) return undefined;
  const templates = await readTemplates(vscode.Uri.joinPath(context.extensionUri, 'media/templates'));
  const named = templates.find(({ file }) => file === `${wanted}${suffix}`);
  const template = named ?? (await vscode.window.showQuickPick(templates, pickOptions()));
  if (!template) return undefined;
  const uri = await freeName(folder, template.file.slice(0, -suffix.length));
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(template.text));
  await vscode.window.showTextDocument(uri);
  return uri;
}

const pickOptions = (): vscode.QuickPickOptions => ({
  title: vscode.l10n.t('New Experiment'),
  placeHolder: vscode.l10n.t('Start from'),
  matchOnDescription: true,
  matchOnDetail: true,
});

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) return (await vscode.window.showWorkspaceFolderPick())?.uri;
  if (folders[0]) return folders[0].uri;
  const open = vscode.l10n.t('Open Folder');
  void vscode.window
    .showInformationMessage(vscode.l10n.t('An experiment is a file in a folder. Open a folder first.'), open)
    .then((chosen) => {
      if (chosen === open) void vscode.commands.executeCommand('vscode.openFolder');
    });
  return undefined;
}

async function readTemplates(folder: vscode.Uri): Promise<Template[]> {
  const files = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name).filter((name) => name.endsWith(suffix));
  return Promise.all(
    files.sort().map(async (file) => {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, file)));
      return { file, text, label: nameIn(text) ?? file, description: file, detail: firstComment(text) };
    }),
  );
}

function nameIn(text: string): string | undefined {
  const value: unknown = parse(text, [], { allowTrailingComma: true });
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' ? value.name : undefined;
}

/** The lines of comment that a template begins with, as one sentence or two. */
function firstComment(text: string): string | undefined {
  const lines = /^(?:\s*\/\/[^\n]*\n)+/.exec(text)?.[0].split('\n') ?? [];
  const words = lines
    .map((line) => line.replace(/^\s*\/\/\s?/, '').trim())
    .join(' ')
    .trim();
  return words || undefined;
}

async function freeName(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let number = 1; ; number++) {
    const uri = vscode.Uri.joinPath(folder, `${number === 1 ? name : `${name}-${number}`}${suffix}`);
    const isTaken = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (!isTaken) return uri;
  }
}
