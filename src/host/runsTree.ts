import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { queueOf } from '../store/queueOrder.ts';
import { commandId } from './commandNames.ts';
import { groupRuns, type RunGroup } from './groupRuns.ts';
import { runRow } from './runRow.ts';
import type { RunsModel } from './runsModel.ts';
import { runTooltip } from './runTooltip.ts';

/** An item of the tree: an experiment file or one of its runs. The same object for the same thing, so that one item can be refreshed. */
export type TreeElement = { kind: 'experiment'; key: string; path: string | null } | { kind: 'run'; id: string };

/** Experiment files with their runs, newest first. */
export class RunsTree implements vscode.TreeDataProvider<TreeElement>, vscode.Disposable {
  readonly #model: RunsModel;
  readonly #elements = new Map<string, TreeElement>();
  readonly #refreshed = new vscode.EventEmitter<TreeElement | undefined>();
  readonly #listening: vscode.Disposable;
  readonly onDidChangeTreeData = this.#refreshed.event;
  #groups: RunGroup[] = [];
  #shape = '';

  constructor(model: RunsModel) {
    this.#model = model;
    this.#listening = model.onDidChange((ids) => this.#refresh(ids));
  }

  async getChildren(element?: TreeElement): Promise<TreeElement[]> {
    if (!element) {
      await this.#model.start();
      this.#regroup();
      return this.#groups.map((group) => this.#experiment(group));
    }
    if (element.kind === 'run') return [];
    return this.#groups.find((group) => group.key === element.key)?.runs.map((run) => this.#run(run.id)) ?? [];
  }

  getParent(element: TreeElement): TreeElement | undefined {
    if (element.kind === 'experiment') return undefined;
    const group = this.#groups.find(({ runs }) => runs.some((run) => run.id === element.id));
    return group && this.#experiment(group);
  }

  getTreeItem(element: TreeElement): vscode.TreeItem {
    return element.kind === 'run' ? this.#runItem(element) : this.#experimentItem(element);
  }

  resolveTreeItem(item: vscode.TreeItem, element: TreeElement): vscode.TreeItem {
    const listing = element.kind === 'run' ? this.#model.find(element.id) : undefined;
    if (listing) item.tooltip = runTooltip(listing);
    return item;
  }

  /** The element of a run, to reveal it. */
  elementOf(id: string): TreeElement | undefined {
    return this.#model.find(id) && this.#run(id);
  }

  /** Ages ("2 m ago") have grown. */
  refreshAges(): void {
    this.#refreshed.fire(undefined);
  }

  #runItem(element: TreeElement & { kind: 'run' }): vscode.TreeItem {
    const listing = this.#model.find(element.id);
    if (!listing) return new vscode.TreeItem(element.id);
    const place = listing.status === 'queued' ? queueOf(this.#model.all()).indexOf(listing) : 0;
    const row = runRow(listing, Date.now(), place);
    const item = new vscode.TreeItem(row.label);
    item.id = listing.folder;
    item.description = row.description;
    item.iconPath = new vscode.ThemeIcon(row.icon.id, row.icon.colour ? new vscode.ThemeColor(row.icon.colour) : undefined);
    item.contextValue = row.contextValue;
    item.accessibilityInformation = { label: row.accessibilityLabel, role: 'treeitem' };
    item.command = { command: commandId('openDashboard'), title: vscode.l10n.t('Open Dashboard'), arguments: [element] };
    return item;
  }

  #experimentItem(element: TreeElement & { kind: 'experiment' }): vscode.TreeItem {
    const group = this.#groups.find(({ key }) => key === element.key);
    const name = group?.experimentPath ? basename(group.experimentPath) : vscode.l10n.t('Ended before they began');
    const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
    const count = group?.runs.length ?? 0;
    const folder = group?.experimentPath ? dirname(group.experimentPath) : '.';
    item.id = element.key;
    item.iconPath = new vscode.ThemeIcon('beaker');
    item.contextValue = element.path ? 'experiment' : 'orphans';
    item.description = folder === '.' ? '' : folder;
    item.tooltip = element.path ?? undefined;
    const runs = count === 1 ? vscode.l10n.t('1 run') : vscode.l10n.t('{0} runs', count);
    item.accessibilityInformation = { label: `${name}, ${runs}`, role: 'treeitem' };
    return item;
  }

  #refresh(ids: readonly string[]): void {
    const shape = this.#shape;
    this.#regroup();
    const waits = this.#model.all().some(({ status }) => status === 'queued');
    // how many go first changes with every one of them
    if (shape !== this.#shape || waits) this.#refreshed.fire(undefined);
    else for (const id of ids) this.#refreshed.fire(this.#run(id));
  }

  /** The shape is all that decides which items there are and in what order. */
  #regroup(): void {
    this.#groups = groupRuns(this.#model.all());
    this.#shape = JSON.stringify(this.#groups.map(({ key, runs }) => [key, runs.map(({ id }) => id)]));
    for (const [key, element] of this.#elements) if (element.kind === 'run' && !this.#model.find(element.id)) this.#elements.delete(key);
  }

  #experiment(group: RunGroup): TreeElement {
    // runs lie in <workspace>/.latent/runs
    const path = group.experimentPath && join(dirname(dirname(group.runsFolder)), group.experimentPath);
    return this.#same(`experiment ${group.key}`, { kind: 'experiment', key: group.key, path });
  }

  #run(id: string): TreeElement {
    return this.#same(`run ${id}`, { kind: 'run', id });
  }

  #same(key: string, element: TreeElement): TreeElement {
    const known = this.#elements.get(key) ?? element;
    this.#elements.set(key, known);
    return known;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#refreshed.dispose();
  }
}
