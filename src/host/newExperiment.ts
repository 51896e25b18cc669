import { parse } from 'jsonc-parser';
import * as vscode from 'vscode';
import { groupTemplates } from '../experiment/templateOrder.ts';

const suffix = '.latent.jsonc';

interface Template extends vscode.QuickPickItem {
  name: string;
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
  const named = templates.find(({ name }) => name === wanted);
  const template = named ?? (await pickTemplate(templates));
  if (!template) return undefined;
  const uri = await freeName(folder, template.name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(template.text));
  await vscode.window.showTextDocument(uri);
  return uri;
}

/** Lets people pick a template; they stand under headings. */
async function pickTemplate(templates: readonly Template[]): Promise<Template | undefined> {
  const groups = groupTemplates(templates.map(({ name }) => name));
  const items = groups.flatMap(({ title, names }): (Template | vscode.QuickPickItem)[] => [
    { label: title, kind: vscode.QuickPickItemKind.Separator },
    ...names.flatMap((name) => templates.find((template) => template.name === name) ?? []),
  ]);
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('New Experiment'),
    placeHolder: vscode.l10n.t('Start from'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked && 'name' in picked ? picked : undefined;
}

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
    files.map(async (file) => {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, file)));
      return { name: file.slice(0, -suffix.length), text, label: nameIn(text) ?? file, description: file, detail: firstComment(text) };
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

/** The name of an experiment in a folder that no file has yet: "digits", "digits-2", ... */
export async function freeName(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let number = 1; ; number++) {
    const uri = vscode.Uri.joinPath(folder, `${number === 1 ? name : `${name}-${number}`}${suffix}`);
    const isTaken = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (!isTaken) return uri;
  }
}
