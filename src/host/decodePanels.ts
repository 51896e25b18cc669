import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { DecodeOrigin } from '../protocol/decodePage.ts';
import { dashboardHtml } from './dashboardHtml.ts';
import type { DecodeConversation } from './decodeConversation.ts';
import { originKey } from './decodeSubject.ts';
import type { ModelServer } from './modelServer.ts';
import type { RunsModel } from './runsModel.ts';

/** The webview's type: the manifest's activation event names it too. */
export const decodeType = 'latentLab.decode';

/** Where the open panels are written down. */
const openKey = 'openDecodePanels';

/** A panel as it is remembered over a reload. */
interface OpenPanel {
  origin: DecodeOrigin;
  title: string;
}

interface DecodePanel {
  origin: DecodeOrigin;
  panel: vscode.WebviewPanel;
  conversation: DecodeConversation | null;
}

/** What the panels need of the extension. */
interface Parts {
  context: vscode.ExtensionContext;
  runs: RunsModel;
  server: ModelServer;
  log: vscode.LogOutputChannel;
}

/** The pages of searches: one a model. */
export class DecodePanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #parts: Parts;
  readonly #open = new Map<string, DecodePanel>();
  /** Panels that were open when the window was last used. */
  #restored: readonly OpenPanel[];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#restored = parts.context.workspaceState.get<OpenPanel[]>(openKey, []);
  }

  /**
   * Shows the texts of a model: the panel there is, or a new one.
   * @param prompt to search at once; without one the page goes on where it was left
   */
  async show(origin: DecodeOrigin, name: string, prompt?: string): Promise<void> {
    const known = this.#open.get(originKey(origin));
    if (known) {
      if (prompt !== undefined) known.conversation?.want(prompt, known.panel.visible);
      known.panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(decodeType, vscode.l10n.t('{0}: texts', name), vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [this.#file('dist')],
    });
    await this.#fill(panel, origin, prompt);
  }

  /** After a reload VS Code brings the panel back, with what its page had stored. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { decodePageStateSchema } = await import('../protocol/decodePage.ts');
    const origin = decodePageStateSchema.safeParse(state).data?.origin ?? this.#rememberedOrigin(panel.title);
    const isGone = origin?.kind === 'run' && (await this.#parts.runs.folderOf(origin.id)) === undefined;
    // its run was deleted meanwhile, or it is open already
    if (!origin || isGone || this.#open.has(originKey(origin))) panel.dispose();
    else await this.#fill(panel, origin);
  }

  /** The conversation with the page of a model. */
  conversation(origin: DecodeOrigin): DecodeConversation | null {
    return this.#open.get(originKey(origin))?.conversation ?? null;
  }

  /** Whether people see the page of a model right now. */
  isVisible(origin: DecodeOrigin): boolean {
    return this.#open.get(originKey(origin))?.panel.visible ?? false;
  }

  async #fill(panel: vscode.WebviewPanel, origin: DecodeOrigin, prompt?: string): Promise<void> {
    const { context, runs, server, log } = this.#parts;
    const key = originKey(origin);
    const own: DecodePanel = { origin, panel, conversation: null };
    this.#open.set(key, own);
    this.#remember();
    panel.onDidDispose(() => {
      this.#open.delete(key);
      this.#remember();
      own.conversation?.dispose();
    });
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [this.#file('dist')] };
    panel.iconPath = { light: this.#file('media/tree-light.svg'), dark: this.#file('media/tree-dark.svg') };
    // the conversation listens before the page can speak
    const { DecodeConversation } = await import('./decodeConversation.ts');
    if (this.#open.get(key) !== own) return;
    own.conversation = new DecodeConversation({ origin, panel, runs, server, memento: context.workspaceState, log });
    if (prompt !== undefined) own.conversation.want(prompt, false);
    webview.html = dashboardHtml({
      cspSource: webview.cspSource,
      script: webview.asWebviewUri(this.#file('dist/decodePage.js')).toString(),
      style: webview.asWebviewUri(this.#file('dist/decodePage.css')).toString(),
      nonce: randomBytes(18).toString('base64url'),
      language: vscode.env.language,
    });
  }

  #file(path: string): vscode.Uri {
    return vscode.Uri.joinPath(this.#parts.context.extensionUri, path);
  }

  /** Written at once: what a page stores by itself is lost when the window is reloaded within seconds. */
  #remember(): void {
    const panels: OpenPanel[] = [...this.#open.values()].map(({ origin, panel }) => ({ origin, title: panel.title }));
    const written = this.#parts.context.workspaceState.update(openKey, panels);
    written.then(undefined, (error: unknown) => this.#parts.log.warn(`the open searches could not be remembered: ${error}`));
  }

  /** The model of a panel that came back without its state: the remembered one of its title that is not open yet. */
  #rememberedOrigin(title: string): DecodeOrigin | undefined {
    const panels = this.#restored.filter(({ origin }) => !this.#open.has(originKey(origin)));
    const chosen = panels.find((panel) => panel.title === title) ?? panels[0];
    // taken: a second panel that comes back at the same time is another model's
    this.#restored = panels.filter((panel) => panel !== chosen);
    return chosen?.origin;
  }

  dispose(): void {
    for (const { conversation } of this.#open.values()) conversation?.dispose();
  }
}
