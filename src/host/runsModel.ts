import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { RunListing, RunsWatcher } from '../store/listRuns.ts';
import { runContext } from './runContext.ts';

const rememberedKey = 'runsFolders';

/** The runs of this window: those of every workspace folder, and of every experiment trained or opened here. */
export class RunsModel implements vscode.Disposable {
  readonly #listings = new Map<string, RunListing>();
  readonly #watchers = new Map<string, RunsWatcher>();
  /** Folders where runs would lie; looked at again until they exist. */
  readonly #awaited = new Set<string>();
  readonly #changed = new vscode.EventEmitter<readonly string[]>();
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  /** Folders of runs that this window started and the list may not have yet. */
  readonly #begun = new Map<string, string>();
  #shownContext = '';
  #started: Promise<void> | undefined;

  /** Ids of runs that came, went or changed. */
  readonly onDidChange = this.#changed.event;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  /** Every run, in no order. */
  all(): RunListing[] {
    return [...this.#listings.values()];
  }

  find(id: string): RunListing | undefined {
    return this.#listings.get(id);
  }

  /** Looks for the runs folders of the workspace; later calls wait for the first. */
  start(): Promise<void> {
    this.#started ??= this.#findFolders();
    return this.#started;
  }

  async #findFolders(): Promise<void> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    for (const { uri } of folders) if (uri.scheme === 'file') await this.addExperiment(join(uri.fsPath, 'any.latent.jsonc'));
    for (const folder of this.#context.workspaceState.get<string[]>(rememberedKey, [])) await this.watch(folder);
    await this.#showContext();
  }

  /** The folders of the workspace changed: those that came are looked at, those that went are forgotten. */
  async changeFolders(removed: readonly vscode.WorkspaceFolder[]): Promise<void> {
    for (const { uri } of removed) this.#forget(join(uri.fsPath, '.latent', 'runs'));
    await this.#remember();
    this.#started = this.#findFolders();
    await this.#started;
  }

  /** A run was started in its folder: it can be opened before it is listed. */
  begin(id: string, folder: string): void {
    this.#begun.set(id, folder);
  }

  /** Shows the runs that lie where this experiment's runs go. */
  async addExperiment(path: string): Promise<void> {
    const { runsFolderFor } = await import('../store/runsFolder.ts');
    await this.watch(await runsFolderFor(path));
  }

  /** Follows a runs folder as soon as it exists. */
  async watch(runsFolder: string): Promise<void> {
    if (this.#watchers.has(runsFolder)) return;
    this.#awaited.add(runsFolder);
    await this.lookForFolders();
  }

  /** Follows the awaited folders that exist by now: one look at each, nothing else. */
  async lookForFolders(): Promise<void> {
    for (const runsFolder of [...this.#awaited].filter((folder) => existsSync(folder))) {
      this.#awaited.delete(runsFolder);
      const { RunsWatcher } = await import('../store/listRuns.ts');
      if (this.#watchers.has(runsFolder)) continue;
      const watcher = new RunsWatcher(runsFolder, (changed) => this.#take(changed));
      this.#watchers.set(runsFolder, watcher);
      await watcher.refresh();
      await this.#remember();
    }
  }

  /** Reads one run again now, or all of them. */
  async refresh(id?: string): Promise<void> {
    await this.lookForFolders();
    const run = id === undefined ? undefined : this.find(id);
    const folders = run ? [dirname(run.folder)] : [...this.#watchers.keys()];
    for (const folder of folders) await this.#watchers.get(folder)?.refresh();
  }

  /** The folder of a run that may not be listed yet: a window was reloaded and restores its panels first. */
  async folderOf(id: string): Promise<string | undefined> {
    const begun = this.#begun.get(id);
    if (begun && existsSync(begun)) return begun;
    await this.start();
    const known = this.find(id)?.folder;
    if (known) return known;
    if (id !== basename(id)) return undefined;
    return [...this.#watchers.keys()].map((folder) => join(folder, id)).find((folder) => existsSync(folder));
  }

  /** Where new runs may show up but have not: something must look. */
  get isAwaiting(): boolean {
    return this.#awaited.size > 0;
  }

  #take(changed: ReadonlyMap<string, RunListing | null>): void {
    for (const [id, listing] of changed) {
      if (listing) this.#listings.set(id, listing);
      else this.#listings.delete(id);
    }
    this.#changed.fire([...changed.keys()]);
    this.#showContext().then(undefined, (error: unknown) => this.#log.error(String(error)));
  }

  async #showContext(): Promise<void> {
    const context = runContext(this.all());
    const shown = JSON.stringify(context);
    if (shown === this.#shownContext) return;
    this.#shownContext = shown;
    for (const [key, value] of Object.entries(context)) await vscode.commands.executeCommand('setContext', `latentLab.${key}`, value);
  }

  #forget(runsFolder: string): void {
    this.#awaited.delete(runsFolder);
    this.#watchers.get(runsFolder)?.close();
    if (!this.#watchers.delete(runsFolder)) return;
    const gone = this.all().filter((run) => dirname(run.folder) === runsFolder);
    this.#take(new Map(gone.map(({ id }) => [id, null])));
  }

  async #remember(): Promise<void> {
    await this.#context.workspaceState.update(rememberedKey, [...this.#watchers.keys()]);
  }

  dispose(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#changed.dispose();
  }
}
