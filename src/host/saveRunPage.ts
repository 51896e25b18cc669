import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { PageTheme } from '../protocol/pageTheme.ts';
import { packSavedPage, type SavedPage } from '../protocol/savedPage.ts';
import { savedPageHtml } from './savedPageHtml.ts';

/** Reads what is to be saved; `told` is asked for its progress, from 0 to 1. */
export type CollectPage = (told: { report(share: number): void; isCancelled(): boolean }) => Promise<SavedPage | null>;

/** Where people want the page of a run, and everything in it. */
export interface PageToSave {
  name: string;
  theme: PageTheme;
  collect: CollectPage;
}

/** Saves the page of a run as one file that opens in any browser. */
export async function saveRunPage({ name, theme, collect }: PageToSave): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = name.replace(/[^\p{L}\p{N} ._-]+/gu, '').trim() || 'run';
  const uri = await vscode.window.showSaveDialog({
    defaultUri: folder && vscode.Uri.joinPath(folder, `${file}.html`),
    filters: { HTML: ['html'] },
  });
  if (!uri) return;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Saving the page of {0}', name),
    cancellable: true,
  };
  const saved = await vscode.window.withProgress(options, (progress, token) => {
    let done = 0;
    return collect({
      isCancelled: () => token.isCancellationRequested,
      report: (share) => {
        progress.report({ increment: 100 * (share - done) });
        done = share;
      },
    });
  });
  if (!saved) return;
  await vscode.workspace.fs.writeFile(uri, Buffer.from(await pageFile(saved, { name, theme }), 'utf8'));
  const open = vscode.l10n.t('Open');
  void vscode.window.showInformationMessage(vscode.l10n.t('The page of {0} was saved.', name), open).then((chosen) => {
    if (chosen === open) void vscode.env.openExternal(uri);
  });
}

/** The text of the file: the page's own program beside what it shows. */
export async function pageFile(saved: SavedPage, { name, theme }: { name: string; theme: PageTheme }): Promise<string> {
  const text = (file: string) => readFile(join(__dirname, file), 'utf8');
  const [style, host, page, font] = await Promise.all([
    text('page.css'),
    text('savedPage.js'),
    text('page.js'),
    readFile(join(__dirname, 'codicon.ttf')),
  ]);
  const packed = packSavedPage(saved, (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'));
  return savedPageHtml({ title: name, language: vscode.env.language, theme, style, font, scripts: [host, page], saved: packed });
}
