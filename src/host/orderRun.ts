import * as vscode from 'vscode';
import type { Order } from '../protocol/orders.ts';
import { isLive } from '../run/isLive.ts';
import type { RunListing } from '../store/listRuns.ts';
import type { Lab } from './lab.ts';
import { chooseRun } from './runTarget.ts';

/** The orders that carry nothing but their name. */
export type PlainOrder = Exclude<Order['order'], 'setLearningRate'>;

/** Gives an order to a run: the one the command was called on, else the one that people pick. */
export async function orderRun(lab: Lab, target: unknown, order: PlainOrder): Promise<void> {
  const run = await chooseRun(target, lab.runs, asks()[order]);
  if (!run) return;
  if (!asks()[order].fits(run)) return void vscode.window.showInformationMessage(asks()[order].none);
  const { appendOrder } = await import('../store/orderFile.ts');
  // a run without a summary is in its first sitting
  await appendOrder(run.folder, { order, session: run.summary?.session ?? 1 });
  lab.log.info(`${run.id}: ordered to ${order}`);
}

const asks = (): Record<PlainOrder, { fits: (run: RunListing) => boolean; title: string; none: string }> => ({
  stop: {
    fits: ({ status }) => isLive(status),
    title: vscode.l10n.t('Stop which run?'),
    none: vscode.l10n.t('Nothing is training, so there is nothing to stop.'),
  },
  pause: {
    fits: ({ status }) => status === 'running' || status === 'starting',
    title: vscode.l10n.t('Pause which run?'),
    none: vscode.l10n.t('Nothing is training, so there is nothing to pause.'),
  },
  resume: {
    fits: ({ status }) => status === 'paused',
    title: vscode.l10n.t('Resume which run?'),
    none: vscode.l10n.t('No run is paused, so there is nothing to resume.'),
  },
  step: {
    fits: ({ status }) => isLive(status),
    title: vscode.l10n.t('Train one step of which run?'),
    none: vscode.l10n.t('Nothing is training, so there is no step to take.'),
  },
});
