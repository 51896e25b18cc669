import * as vscode from 'vscode';
import type { Lab } from './lab.ts';
import { chooseRun } from './runTarget.ts';

/** Opens the page of a run, or reveals it. */
export async function openDashboard(lab: Lab, target: unknown): Promise<void> {
  // a run that was started a moment ago may not be listed yet
  const folder = typeof target === 'string' ? await lab.runs.folderOf(target) : undefined;
  if (typeof target === 'string' && folder) return lab.dashboards.show(target, folder);
  const run = await chooseRun(target, lab.runs, {
    fits: () => true,
    title: vscode.l10n.t('Open the dashboard of which run?'),
    none: vscode.l10n.t('There is no run yet. Train an experiment first.'),
  });
  if (run) await lab.dashboards.show(run.id, run.folder);
}
