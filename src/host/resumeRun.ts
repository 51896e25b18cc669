import { join } from 'node:path';
import * as vscode from 'vscode';
import { isResumable } from '../run/isResumable.ts';
import type { RunListing } from '../store/listRuns.ts';
import type { Lab } from './lab.ts';
import { mayTrain } from './mayTrain.ts';
import { orderRun } from './orderRun.ts';
import { readSetting } from './readSetting.ts';
import { runLabel } from './runRow.ts';
import { chooseRun } from './runTarget.ts';

/**
 * Goes on with a run: a paused one is told to, one that was stopped, interrupted or failed gets a new trainer, which begins at its last
 * checkpoint.
 * @returns the run's id; undefined when nothing goes on, and people were told why
 */
export async function resumeRun(lab: Lab, target: unknown): Promise<string | undefined> {
  const none = vscode.l10n.t('No run is paused, stopped or interrupted, so there is nothing to resume.');
  const run = await chooseRun(target, lab.runs, {
    fits: ({ status }) => status === 'paused' || isResumable(status),
    title: vscode.l10n.t('Resume which run?'),
    none,
  });
  if (!run) return undefined;
  if (run.status === 'paused') {
    await orderRun(lab, run, 'resume');
    return run.id;
  }
  if (!isResumable(run.status)) return void vscode.window.showInformationMessage(whyNot(run));
  return (await mayTrain()) ? startAgain(lab, run) : undefined;
}

function whyNot(run: RunListing): string {
  return run.status === 'finished'
    ? vscode.l10n.t('{0} has finished. Train it again with more epochs.', runLabel(run))
    : vscode.l10n.t('{0} is under way already.', runLabel(run));
}

async function startAgain(lab: Lab, { id, folder }: RunListing): Promise<string> {
  const leased = !readSetting('keepTraining');
  const { renewLease } = await import('../store/lease.ts');
  if (leased) await renewLease(folder);
  lab.trainers.start({ runFolder: folder, experimentPath: join(folder, 'experiment.jsonc'), leased, resume: true });
  await Promise.all([vscode.commands.executeCommand('latentLab.openDashboard', id), lab.runs.refresh(id)]);
  return id;
}
