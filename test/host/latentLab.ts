import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { LatentLab } from '../../src/extension.ts';

/** The extension as VS Code knows it. */
export function extension(): vscode.Extension<LatentLab> {
  const found = vscode.extensions.getExtension<LatentLab>('latent-lab.latent-lab');
  assert.ok(found, 'VS Code does not know the extension');
  return found;
}

/** What the extension shows to tests. */
export const activated = (): Thenable<LatentLab> => extension().activate();

/** Runs a command of the extension. */
export const command = <T>(name: string, ...targets: unknown[]): Thenable<T> =>
  vscode.commands.executeCommand<T>(`latentLab.${name}`, ...targets);

/** The folder that the window has open. */
export const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;

/** Waits until something holds and returns it; names what was waited for when it never does. */
export async function until<T>(look: () => T | Promise<T>, what: string | (() => string), timeoutMs = 20_000): Promise<NonNullable<T>> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found) return found as NonNullable<T>;
    assert.ok(Date.now() < endMs, `waited ${timeoutMs / 1000} s in vain for ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

let written = 0;

/** Writes an experiment under a name that no test had before: VS Code remembers what stood in a file for a while. */
export function writeExperiment(text: string): vscode.Uri {
  const path = join(folder(), `written-${++written}.latent.jsonc`);
  writeFileSync(path, text);
  return vscode.Uri.file(path);
}

/** Removes a file that a test wrote. */
export const remove = (uri: vscode.Uri): void => rmSync(uri.fsPath, { force: true });

/** Closes every editor and page without saving. */
export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** A small experiment; `epochs` decides how long it trains. */
export function experimentText({ name = 'A small autoencoder', epochs = 3 } = {}): string {
  return `{
  "version": 1,
  "task": "autoencoder",
  "name": ${JSON.stringify(name)},
  "data": { "source": "digits", "label": "digit" },
  "model": { "kind": "mlp", "hidden": [16], "latent": 2 },
  "training": { "epochs": ${epochs} }
}
`;
}
