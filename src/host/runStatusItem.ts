import * as vscode from 'vscode';
import { isLive } from '../run/isLive.ts';
import type { RunListing } from '../store/listRuns.ts';
import { commandId } from './commandNames.ts';
import { describeListing, engineLines, runLabel } from './runRow.ts';
import type { RunsModel } from './runsModel.ts';

/** One item of the status bar while something trains: name, epoch, loss. A click opens the dashboard. */
export function showRunStatus(runs: RunsModel): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('latentLab.run', vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t('Latent Lab: training');
  const listening = runs.onDidChange(() => show(item, runs.all()));
  return vscode.Disposable.from(item, listening);
}

function show(item: vscode.StatusBarItem, listings: readonly RunListing[]): void {
  const live = listings.filter(({ status }) => isLive(status)).sort((a, b) => (a.id < b.id ? 1 : -1));
  const newest = live[0];
  if (!newest) {
    item.hide();
    return;
  }
  const icon = newest.status === 'paused' ? '$(debug-pause)' : '$(loading~spin)';
  const words = `${runLabel(newest)} · ${describeListing(newest, Date.now())}`;
  // "$(" in a name would be drawn as an icon
  const others = live.length > 1 ? ` · +${live.length - 1}` : '';
  item.text = `${icon} ${words.replaceAll('$(', '$ (')}${others}`;
  item.tooltip = [vscode.l10n.t('Open the dashboard of this run'), ...engineLines(newest)].join('\n');
  item.accessibilityInformation = { label: words, role: 'button' };
  item.command = { command: commandId('openDashboard'), title: vscode.l10n.t('Open Dashboard'), arguments: [newest.id] };
  item.show();
}
