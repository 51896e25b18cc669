import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { dashboardHtml } from './dashboardHtml.ts';
import type { PageConversation } from './pageConversation.ts';
import { runLabel } from './runRow.ts';
import type { RunsModel } from './runsModel.ts';

/** The webview's type: the manifest's activation event names it too. */
export const dashboardType = 'latentLab.dashboard';

/** Where the open panels are written down. */
const openKey = 'openDashboards';

/** A panel as it is remembered over a reload. */
interface OpenPanel {
  id: string;
  title: string;
}

interface Dashboard {
  panel: vscode.WebviewPanel;
  conversation: PageConversation | null;
}

/** The panels of this window: one a run. */
export class Dashboards implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #runs: RunsModel;
  readonly #log: vscode.LogOutputChannel;
  readonly #open = new Map<string, Dashboard>();
  /** Panels that were open when the window was last used. */
  #restored: readonly OpenPanel[];

  constructor(context: vscode.ExtensionContext, runs: RunsModel, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#runs = runs;
    this.#log = log;
    this.#restored = context.workspaceState.get<OpenPanel[]>(openKey, []);
  }

  /** Shows the page of a run: the panel there is, or a new one. */
  async show(id: string, folder: string): Promise<void> {
    const known = this.#open.get(id);
    if (known) {
      known.panel.reveal();
      return;
    }
    const listing = this.#runs.find(id);
    const dist = vscode.Uri.joinPath(this.#context.extensionUri, 'dist');
    const panel = vscode.window.createWebviewPanel(dashboardType, listing ? runLabel(listing) : id, vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [dist],
    });
    await this.#fill(panel, id, folder);
  }

  /** After a reload VS Code brings the panel back, with what its page had stored. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const id = idOf(state) ?? this.#rememberedId(panel.title);
    const folder = id === undefined ? undefined : await this.#runs.folderOf(id);
    // its run was deleted meanwhile, or it is open already
    if (id === undefined || !folder || this.#open.has(id)) panel.dispose();
    else await this.#fill(panel, id, folder);
  }

  /** Whether people see the page of a run right now. */
  isVisible(id: string): boolean {
    return this.#open.get(id)?.panel.visible ?? false;
  }

  /** The run whose page people look at. */
  get activeId(): string | undefined {
    for (const [id, { panel }] of this.#open) if (panel.active) return id;
    return undefined;
  }

  /** The conversation with the page of a run. */
  conversation(id: string): PageConversation | null {
    return this.#open.get(id)?.conversation ?? null;
  }

  close(id: string): void {
    this.#open.get(id)?.panel.dispose();
  }

  async #fill(panel: vscode.WebviewPanel, id: string, folder: string): Promise<void> {
    const dashboard: Dashboard = { panel, conversation: null };
    this.#open.set(id, dashboard);
    this.#remember();
    panel.onDidDispose(() => {
      this.#open.delete(id);
      this.#remember();
      dashboard.conversation?.dispose();
    });
    const { webview } = panel;
    const file = (path: string) => vscode.Uri.joinPath(this.#context.extensionUri, path);
    webview.options = { enableScripts: true, localResourceRoots: [file('dist')] };
    panel.iconPath = { light: file('media/run-light.svg'), dark: file('media/run-dark.svg') };
    // the conversation listens before the page can speak
    const { PageConversation } = await import('./pageConversation.ts');
    if (!this.#open.has(id)) return;
    dashboard.conversation = new PageConversation({
      id,
      folder,
      panel,
      runs: this.#runs,
      memento: this.#context.workspaceState,
      log: this.#log,
    });
    webview.html = dashboardHtml({
      cspSource: webview.cspSource,
      script: webview.asWebviewUri(file('dist/page.js')).toString(),
      style: webview.asWebviewUri(file('dist/page.css')).toString(),
      nonce: randomBytes(18).toString('base64url'),
      language: vscode.env.language,
    });
  }

  /** Written at once: what a page stores by itself is lost when the window is reloaded within seconds. */
  #remember(): void {
    const panels: OpenPanel[] = [...this.#open].map(([id, { panel }]) => ({ id, title: panel.title }));
    const written = this.#context.workspaceState.update(openKey, panels);
    written.then(undefined, (error: unknown) => this.#log.warn(`the open dashboards could not be remembered: ${error}`));
  }

  /** The run of a panel that came back without its state: the remembered one of its title that is not open yet. */
  #rememberedId(title: string): string | undefined {
    const panels = this.#restored.filter(({ id }) => !this.#open.has(id));
    const chosen = panels.find((panel) => panel.title === title) ?? panels[0];
    // taken: a second panel that comes back at the same time is another run's
    this.#restored = panels.filter((panel) => panel !== chosen);
    return chosen?.id;
  }

  dispose(): void {
    for (const { conversation } of this.#open.values()) conversation?.dispose();
  }
}

/** The run that the page of a panel had stored. */
function idOf(state: unknown): string | undefined {
  return typeof state === 'object' && state !== null && 'id' in state && typeof state.id === 'string' ? state.id : undefined;
}
