import * as vscode from 'vscode';
import * as z from 'zod';
import { UserError } from '../experiment/problem.ts';
import { PromptError } from '../experiment/promptError.ts';
import {
  type DecodeOrigin,
  type DecodeView,
  decodeViewSchema,
  type FromDecodePage,
  fromDecodePage,
  type ToDecodePage,
} from '../protocol/decodePage.ts';
import { sayInfinities } from '../protocol/infinities.ts';
import type { Handlers } from '../protocol/page.ts';
import { type DecodeSubject, originKey, readSubject } from './decodeSubject.ts';
import type { ModelServer } from './modelServer.ts';
import type { RunsModel } from './runsModel.ts';
import { savePicture } from './savePicture.ts';

/** What the conversation is about and where it takes place. */
export interface DecodeTalk {
  origin: DecodeOrigin;
  panel: vscode.WebviewPanel;
  runs: RunsModel;
  server: ModelServer;
  memento: vscode.Memento;
  log: vscode.LogOutputChannel;
}

/** A question on its way to the model server. */
interface Underway {
  request: number;
  stop: vscode.CancellationTokenSource;
}

/** The host's side of the conversation with the page of a search: passes questions on to the model server, and cancels them. */
export class DecodeConversation implements vscode.Disposable {
  readonly #talk: DecodeTalk;
  readonly #handlers: Handlers<FromDecodePage>;
  readonly #listening: vscode.Disposable[];
  /** By what would supersede them. */
  readonly #underway = new Map<string, Underway>();
  /** A prompt that people asked for from outside of the page, until the page has heard of it. */
  #wanted: string | null = null;
  /** How the experiment said to search when the page was told last. */
  #said = '';
  #isDisposed = false;
  /** Answers that the page was sent; for tests. */
  answered = 0;

  constructor(talk: DecodeTalk) {
    this.#talk = talk;
    this.#handlers = this.#makeHandlers();
    this.#listening = [
      talk.panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (talk.origin.kind === 'experiment' && uri.toString() === talk.origin.uri) this.#do(() => this.#postSnapshot());
      }),
    ];
  }

  /** Has the page search another prompt. */
  want(prompt: string, isListening: boolean): void {
    this.#wanted = prompt;
    // a page that begins says `ready` by itself
    if (isListening) this.#do(() => this.#postSnapshot());
  }

  #makeHandlers(): Handlers<FromDecodePage> {
    const { memento, log, origin, server } = this.#talk;
    return {
      ready: () => this.#do(() => this.#postSnapshot()),
      search: ({ request, overlay, prompt, maxNewTokens, strategy, constraints }) =>
        this.#ask(`search ${overlay}`, request, async ({ model }, token) => {
          const answer = await server.ask('decode', { model, prompt, maxNewTokens, strategy, constraints }, token);
          return { kind: 'decoded', request, answer };
        }),
      fill: ({ request, text, candidates }) =>
        this.#ask('fill', request, async ({ model }, token) => {
          const answer = await server.ask('fillBlanks', { model, text, candidates }, token);
          return { kind: 'filled', request, answer };
        }),
      cancel: () => {
        for (const { stop } of this.#underway.values()) stop.cancel();
      },
      viewChanged: ({ view }) => this.#do(async () => memento.update(viewKey(origin), { said: this.#said, view })),
      copy: ({ text }) => this.#do(async () => vscode.env.clipboard.writeText(text)),
      save: ({ name, type, content }) => this.#do(() => savePicture({ name, type, content }, '')),
      failed: ({ message }) => log.error(`${originKey(origin)}: the page failed: ${message}`),
    };
  }

  #receive(message: unknown): void {
    const parsed = fromDecodePage.safeParse(message);
    if (!parsed.success) {
      this.#talk.log.error(`${originKey(this.#talk.origin)}: the page sent a message that nobody knows: ${parsed.error.message}`);
      return;
    }
    // the map holds tag and handler together; TypeScript cannot follow a union through both
    (this.#handlers[parsed.data.kind] as (message: FromDecodePage) => void)(parsed.data);
  }

  async #postSnapshot(): Promise<void> {
    const { origin, runs, panel } = this.#talk;
    const { name, isMasked, decoding } = await readSubject(origin, runs);
    const title = vscode.l10n.t('{0}: texts', name);
    if (panel.title !== title) panel.title = title;
    const view = this.#viewFor(decoding);
    this.#wanted = null;
    const { prompts, maxNewTokens, strategy } = decoding;
    this.#post({ kind: 'snapshot', origin, name, isMasked, prompts, maxNewTokens, strategy, view });
  }

  /** The view that was kept, unless the experiment says since then how to search otherwise; with the prompt that people want. */
  #viewFor({ prompts, maxNewTokens, strategy }: DecodeSubject['decoding']): DecodeView | null {
    const { memento, origin } = this.#talk;
    const kept = keptSchema.safeParse(memento.get(viewKey(origin))).data ?? null;
    this.#said = JSON.stringify([prompts, maxNewTokens, strategy]);
    const prompt = this.#wanted ?? (kept !== null && kept.said !== this.#said ? prompts[0]! : null);
    if (prompt === null) return kept?.view ?? null;
    const asSaid = { prompt, blanks: prompt, maxNewTokens, strategy, constraints: { forced: [], forbidden: [] } };
    return kept === null ? decodeViewSchema.parse({ ...asSaid, overlays: ['greedy', 'exact'] }) : { ...kept.view, ...asSaid };
  }

  /** Asks the model server; a newer question of the same key supersedes this one, which then stays without an answer. */
  #ask(key: string, request: number, ask: (subject: DecodeSubject, token: vscode.CancellationToken) => Promise<ToDecodePage>): void {
    this.#underway.get(key)?.stop.cancel();
    const own = { request, stop: new vscode.CancellationTokenSource() };
    this.#underway.set(key, own);
    const { token } = own.stop;
    const isCurrent = () => this.#underway.get(key) === own;
    const left = new Promise<ToDecodePage>((resolve) => token.onCancellationRequested(() => resolve({ kind: 'cancelled', request })));
    void Promise.race([this.#answer(request, ask, token), left])
      .then((message) => isCurrent() && this.#post(message))
      .finally(() => {
        if (isCurrent()) this.#underway.delete(key);
        own.stop.dispose();
      });
  }

  /** Never fails: what goes wrong is an answer too. */
  async #answer(
    request: number,
    ask: (subject: DecodeSubject, token: vscode.CancellationToken) => Promise<ToDecodePage>,
    token: vscode.CancellationToken,
  ): Promise<ToDecodePage> {
    const { origin, runs, log } = this.#talk;
    try {
      const subject = await readSubject(origin, runs);
      if (subject.needsTrust && !vscode.workspace.isTrusted)
        throw new UserError(vscode.l10n.t('Counting reads files that the experiment names: it waits until you trust this folder.'));
      this.#post({ kind: 'searching', request, detail: this.answered === 0 ? subject.loading : null });
      const message = await ask(subject, token);
      this.answered++;
      return sayInfinities(message);
    } catch (error) {
      if (token.isCancellationRequested) return { kind: 'cancelled', request };
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof UserError)) log.error(`${originKey(origin)}: ${error instanceof Error ? (error.stack ?? message) : message}`);
      return { kind: 'failed', request, message, offer: error instanceof PromptError ? error.offer : null };
    }
  }

  #post(message: ToDecodePage): void {
    const { panel, log, origin } = this.#talk;
    if (this.#isDisposed || !panel.visible) return;
    panel.webview.postMessage(message).then(undefined, (error: unknown) => log.warn(`${originKey(origin)}: ${error}`));
  }

  #do(work: () => Thenable<unknown>): void {
    work().then(undefined, (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.#talk.log.error(`${originKey(this.#talk.origin)}: ${message}`);
      this.#post({ kind: 'notice', message });
    });
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const { stop } of this.#underway.values()) stop.cancel();
    for (const listener of this.#listening) listener.dispose();
  }
}

/** A view, and how the experiment said to search when it was looked at so. */
const keptSchema = z.object({ said: z.string(), view: decodeViewSchema });

const viewKey = (origin: DecodeOrigin): string => `decode:${originKey(origin)}`;
