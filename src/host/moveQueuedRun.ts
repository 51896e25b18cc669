import * as vscode from 'vscode';
import type { RunListing } from '../store/listRuns.ts';
import type { Lab } from './lab.ts';
import { mayTrain } from './mayTrain.ts';
import { chooseRun } from './runTarget.ts';

function chooseQueued(lab: Lab, target: unknown, title: string): Promise<RunListing | undefined> {
  const none = vscode.l10n.t('No run waits for its turn.');
  return chooseRun(target, lab.runs, { fits: ({ status }) => status === 'queued', title, none });
}

/** Trains a run that waits at once, beside those that train already. */
export async function trainNow(lab: Lab, target: unknown): Promise<void> {
  const run = await chooseQueued(lab, target, vscode.l10n.t('Train which run now?'));
  if (run?.status === 'queued' && (await mayTrain())) await lab.pump.startNow(run);
}

/** Moves a run that waits by so many places, towards its turn where that is negative. */
export async function moveQueuedRun(lab: Lab, target: unknown, places: number): Promise<void> {
  const run = await chooseQueued(
    lab,
    target,
    places < 0 ? vscode.l10n.t('Train which run sooner?') : vscode.l10n.t('Train which run later?'),
  );
  if (run?.status !== 'queued') return;
  const { moveInQueue } = await import('../store/trainingQueue.ts');
  await moveInQueue(lab.runs.all(), run.id, places);
  await lab.runs.refresh(run.id);
}
