import * as vscode from 'vscode';
import { isLive } from '../run/isLive.ts';
import type { RunsModel } from './runsModel.ts';
import type { RunsTree, TreeElement } from './runsTree.ts';

/** How often a visible tree looks for a first runs folder, and how often ages ("2 m ago") are written anew. */
const lookMs = 2_000;
const ageMs = 60_000;

/** The sidebar's view: the tree, its badge, and what is looked at only while people see it. */
export function createRunsView(runs: RunsModel, tree: RunsTree): vscode.Disposable & { view: vscode.TreeView<TreeElement> } {
  const view = vscode.window.createTreeView('latentLab.runs', { treeDataProvider: tree, showCollapseAll: true });
  const look = setInterval(() => {
    if (view.visible && runs.isAwaiting) void runs.lookForFolders();
  }, lookMs);
  const age = setInterval(() => view.visible && tree.refreshAges(), ageMs);
  const listening = [
    runs.onDidChange(() => showBadge(view, runs)),
    view.onDidChangeVisibility(({ visible }) => visible && void runs.lookForFolders()),
    vscode.window.onDidChangeWindowState(({ focused }) => focused && void runs.lookForFolders()),
  ];
  const stopTimers = () => {
    clearInterval(look);
    clearInterval(age);
  };
  return { view, dispose: () => vscode.Disposable.from(view, ...listening, { dispose: stopTimers }).dispose() };
}

function showBadge(view: vscode.TreeView<TreeElement>, runs: RunsModel): void {
  const count = runs.all().filter(({ status }) => isLive(status)).length;
  if ((view.badge?.value ?? 0) === count) return;
  const tooltip = count === 1 ? vscode.l10n.t('1 run is training') : vscode.l10n.t('{0} runs are training', count);
  view.badge = count === 0 ? undefined : { value: count, tooltip };
}
