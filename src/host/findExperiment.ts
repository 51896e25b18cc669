import * as vscode from 'vscode';

/** Whether a file is an experiment, by its name. */
export const isExperimentPath = (path: string): boolean => path.endsWith('.latent.jsonc');

/** The experiment a command was called on; without one the active editor's, else the workspace's only one, else the one that people pick. */
export async function findExperiment(target: unknown): Promise<vscode.Uri | undefined> {
  const named = experimentNamedBy(target);
  if (named) return named;
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active && isExperimentPath(active.path)) return active;
  const found = await vscode.workspace.findFiles('**/*.latent.jsonc', '**/{node_modules,.latent}/**', 500);
  if (found.length <= 1) return found[0];
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri })).sort((a, b) => a.label.localeCompare(b.label));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Train which experiment?') });
  return picked?.uri;
}

/** A file, or an experiment of the tree. */
export function experimentNamedBy(target: unknown): vscode.Uri | undefined {
  if (target instanceof vscode.Uri) return isExperimentPath(target.path) ? target : undefined;
  if (typeof target === 'object' && target !== null && 'path' in target && 'kind' in target && target.kind === 'experiment')
    return typeof target.path === 'string' ? vscode.Uri.file(target.path) : undefined;
  return undefined;
}
