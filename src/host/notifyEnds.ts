import * as vscode from 'vscode';
import { isLive } from '../run/isLive.ts';
import type { RunListing } from '../store/listRuns.ts';
import type { Dashboards } from './dashboards.ts';
import { describeListing, runLabel } from './runRow.ts';
import type { RunsModel } from './runsModel.ts';

/** Tells the failure or end of a run that was seen alive, once, and only while its dashboard is hidden: the dashboard says it itself. */
export function notifyEnds(runs: RunsModel, dashboards: Dashboards): vscode.Disposable {
  const alive = new Set<string>();
  return runs.onDidChange((ids) => {
    for (const id of ids) {
      const run = runs.find(id);
      if (run && isLive(run.status)) alive.add(id);
      else if (alive.delete(id) && run && !dashboards.isVisible(id)) tellEnd(run);
    }
  });
}

function tellEnd(run: RunListing): void {
  const name = runLabel(run);
  const open = vscode.l10n.t('Open Dashboard');
  const log = vscode.l10n.t('Show Log');
  if (run.status === 'finished') {
    const sentence = vscode.l10n.t('{0} has finished: {1}', name, describeListing(run, Date.now()));
    void vscode.window.showInformationMessage(sentence, open).then((chosen) => follow(chosen === open && 'openDashboard', run.id));
  } else if (run.status === 'failed' || run.status === 'interrupted') {
    const sentence = run.reason
      ? vscode.l10n.t('{0} has failed: {1}', name, run.reason)
      : vscode.l10n.t('{0} has ended without a word.', name);
    void vscode.window
      .showErrorMessage(sentence, log, open)
      .then((chosen) => follow(chosen === log ? 'showLog' : chosen === open && 'openDashboard', run.id));
  }
}

function follow(command: string | false, id: string): void {
  if (command) void vscode.commands.executeCommand(`latentLab.${command}`, id);
}
