import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { headerNames, likelyLabel, tableExperiment, textExperiment } from '../experiment/experimentOfFile.ts';
import { UserError } from '../experiment/problem.ts';
import { sourceKind } from '../experiment/sourceKind.ts';
import type { Lab } from './lab.ts';
import { freeName } from './newExperiment.ts';

/** Bytes of a text that are looked at. */
const sampleBytes = 65_536;

/**
 * Writes an experiment on a data file beside it, and opens it. Nothing is overwritten.
 * @param target the file; else people choose one
 * @returns the experiment; undefined when nothing was written, and people were told why
 */
export async function experimentFromFile(lab: Lab, target: unknown): Promise<vscode.Uri | undefined> {
  const file = target instanceof vscode.Uri ? target : await chooseFile();
  if (file?.scheme !== 'file') return undefined;
  const name = basename(file.fsPath);
  const title = vscode.l10n.t('Looking at {0}', name);
  try {
    const text = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_, token) => experimentText(lab, file.fsPath, token),
    );
    if (text === undefined) return undefined;
    const uri = await freeName(vscode.Uri.file(dirname(file.fsPath)), name.replace(/\.(gz|[a-z]+)(\.gz)?$/i, ''));
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text, 'utf8'));
    await vscode.window.showTextDocument(uri);
    return uri;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return void vscode.window.showErrorMessage(error.message);
  }
}

async function chooseFile(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({ title: vscode.l10n.t('Experiment from a Data File'), canSelectMany: false });
  return chosen?.[0];
}

async function experimentText(lab: Lab, path: string, token: vscode.CancellationToken): Promise<string | undefined> {
  const [source, folder] = [basename(path), dirname(path)];
  const name = source.replace(/\.gz$/i, '');
  if (sourceKind(source, 'languageModel') === 'txt') return textExperiment(name, source, await beginningOf(path));
  // classes may be words, which no other column may be
  const label = sourceKind(source, 'autoencoder') === 'csv' ? likelyLabel(headerNames(firstLine(await beginningOf(path)))) : null;
  const facts = await lab.server
    .ask('describeData', { source, folder, ...(label === null ? {} : { label }) }, token)
    .catch((error: unknown) => {
      if (token.isCancellationRequested) return undefined;
      throw error;
    });
  if (facts === undefined) return undefined;
  const columns = facts.allColumns.length > 0 ? facts.allColumns : facts.columns;
  return tableExperiment(name, source, { rows: facts.rows, columns, imageShape: facts.imageShape });
}

const firstLine = (text: string): string => text.slice(0, text.search(/\r?\n|$/));

/** The beginning of a text; nothing of a compressed one, which would have to be unpacked. */
async function beginningOf(path: string): Promise<string> {
  if (path.endsWith('.gz')) return '';
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
