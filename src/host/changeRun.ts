import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { isLive } from '../run/isLive.ts';
import type { RunListing } from '../store/listRuns.ts';
import type { Lab } from './lab.ts';
import { runLabel } from './runRow.ts';
import { chooseRun } from './runTarget.ts';

const every = () => ({ fits: () => true, none: vscode.l10n.t('There is no run yet. Train an experiment first.') });

/** Gives a run a name of its own; an empty one gives it back its experiment's. */
export async function renameRun(lab: Lab, target: unknown, name: unknown): Promise<void> {
  const run = await chooseRun(target, lab.runs, { ...every(), title: vscode.l10n.t('Rename which run?') });
  if (!run) return;
  const given = typeof name === 'string' ? name : await askName(run);
  if (given === undefined) return;
  const { writeNotes } = await import('../store/runNotes.ts');
  await writeNotes(run.folder, { name: given.trim() });
  await lab.runs.refresh(run.id);
}

function askName(run: RunListing): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Run'),
    prompt: vscode.l10n.t('Empty: the name of its experiment.'),
    value: runLabel(run),
    validateInput: (text) => (text.length > 200 ? vscode.l10n.t('A name has at most 200 characters.') : undefined),
  });
}

/**
 * Moves a run to .latent/trash; a notification offers to take it back.
 * @returns how to take it back; undefined when nothing was deleted
 */
export async function deleteRun(lab: Lab, target: unknown): Promise<{ undo: () => Promise<void> } | undefined> {
  const run = await chooseRun(target, lab.runs, {
    fits: ({ status }) => !isLive(status),
    title: vscode.l10n.t('Delete which run?'),
    none: vscode.l10n.t('There is no ended run to delete.'),
  });
  if (!run) return undefined;
  if (isLive(run.status)) {
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} is still training. Stop it before you delete it.', runLabel(run)));
    return undefined;
  }
  const { moveToTrash, restoreFromTrash } = await import('../store/trash.ts');
  lab.dashboards.close(run.id);
  const trashed = await moveToTrash(run.folder);
  await lab.runs.refresh(run.id);
  const undo = async () => {
    await restoreFromTrash(trashed);
    await lab.runs.refresh();
  };
  offerUndo(lab, run, undo);
  return { undo };
}

function offerUndo(lab: Lab, run: RunListing, undo: () => Promise<void>): void {
  const word = vscode.l10n.t('Undo');
  void vscode.window
    .showInformationMessage(vscode.l10n.t('{0} was moved to .latent/trash.', runLabel(run)), word)
    .then((chosen) => (chosen === word ? undo() : undefined))
    .then(undefined, (error: unknown) => lab.log.error(`${run.id} could not be taken back: ${error}`));
}

/** Opens what the trainer said, or without a run what this extension did. */
export async function showLog(lab: Lab, target: unknown): Promise<void> {
  const id = typeof target === 'object' && target !== null && 'id' in target ? target.id : target;
  const folder = typeof id === 'string' ? await lab.runs.folderOf(id) : undefined;
  const path = folder && join(folder, 'trainer.log');
  if (!path || !existsSync(path)) return lab.log.show();
  await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: true });
}

/** Shows the run's folder in the explorer; beside it where the folder is outside the workspace. */
export async function revealRunFolder(lab: Lab, target: unknown): Promise<void> {
  const run = await chooseRun(target, lab.runs, { ...every(), title: vscode.l10n.t('Reveal the folder of which run?') });
  if (!run) return;
  const uri = vscode.Uri.file(run.folder);
  const isInside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await vscode.commands.executeCommand(
    isInside ? 'revealInExplorer' : 'vscode.openFolder',
    uri,
    ...(isInside ? [] : [{ forceNewWindow: true }]),
  );
}
