import * as vscode from 'vscode';
import { type FromPage, fromPage, type Handlers, type SampleView, type ToPage, viewStateSchema } from '../protocol/page.ts';
import type { PageTheme } from '../protocol/pageTheme.ts';
import { isLive } from '../run/isLive.ts';
import { isResumable } from '../run/isResumable.ts';
import { languageFacts } from '../run/languageFacts.ts';
import { newRunState } from '../run/runState.ts';
import { FollowedRun } from '../store/followRun.ts';
import { appendOrder } from '../store/orderFile.ts';
import { readResolvedSettings } from '../store/resolvedSettings.ts';
import { collectPage } from './collectPage.ts';
import { compareCodes } from './compareCodes.ts';
import { readLanguage, readNumbers, readSpectra } from './frameArrays.ts';
import { bufferOf, progressSince, samplesOf, snapshotOf, type ToldOfRun, toldBySnapshot } from './runProgress.ts';
import type { RunsModel } from './runsModel.ts';
import { runView } from './runView.ts';
import { savePicture } from './savePicture.ts';
import { saveRunPage } from './saveRunPage.ts';

/** Milliseconds between two looks at the log: until the first numbers are there; then at least, while it grows (nine posts a second, so that no second sees more than ten); at most, when nothing happens. */
const firstMs = 20;
const quickMs = 110;
const slowMs = 2_000;
/** The elapsed time of the header moves also when nothing is logged. */
const clockMs = 1_000;

/** What the conversation is about and where it takes place. */
export interface Talk {
  id: string;
  folder: string;
  panel: vscode.WebviewPanel;
  runs: RunsModel;
  memento: vscode.Memento;
  log: vscode.LogOutputChannel;
}

/** The host's side of the conversation with the page of one run: follows the log, answers questions, passes orders on. */
export class PageConversation implements vscode.Disposable {
  readonly #talk: Talk;
  readonly #state = newRunState();
  readonly #followed: FollowedRun;
  readonly #listening: vscode.Disposable[];
  readonly #handlers: Handlers<FromPage>;
  readonly #openedMs = performance.now();
  /** What the page knows; null while there is none that listens. */
  #told: ToldOfRun | null = null;
  /** The experiment with every default; empty until the run has written it. */
  #settings: Readonly<Record<string, unknown>> = {};
  #snapshots = 0;
  #newestFrame = 0;
  #postedMs = 0;
  #isNewsPending = false;
  #isFrameWaiting = false;
  #waitMs = quickMs;
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(talk: Talk) {
    this.#talk = talk;
    this.#followed = new FollowedRun(talk.folder);
    this.#handlers = this.#makeHandlers();
    this.#listening = [
      talk.panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      talk.panel.onDidChangeViewState(() => this.#changeVisibility()),
      talk.runs.onDidChange((ids) => ids.includes(talk.id) && this.#quicken()),
    ];
  }

  /** When the page drew its first loss point, milliseconds after this conversation began; for the benchmark. */
  firstPointMs: number | null = null;

  #makeHandlers(): Handlers<FromPage> {
    const { panel, memento, log, id } = this.#talk;
    return {
      ready: () => this.#do(() => this.#postSnapshot()),
      askCurve: (ask) => {
        const column = this.#state.columns.get(ask.name);
        this.#post({ kind: 'curve', request: ask.request, name: ask.name, samples: column ? samplesOf(column, ask) : new ArrayBuffer(0) });
      },
      askFrame: (ask) => this.#do(() => this.#postFrame(ask)),
      askConfusion: ({ request }) =>
        this.#do(async () => {
          const values = await readNumbers(this.#talk.folder, this.#state.downstream?.confusion ?? null);
          this.#post({ kind: 'confusion', request, values });
        }),
      compareCodes: () => this.#do(() => this.#compareCodes()),
      searchTexts: () => this.#do(() => vscode.commands.executeCommand('latentLab.decode', id)),
      order: ({ order }) =>
        this.#do(() => {
          const status = this.#talk.runs.find(id)?.status ?? this.#state.status;
          // nobody listens to the orders of a run that ended: its trainer is started again
          const isOver = order === 'resume' && isResumable(status);
          return isOver ? vscode.commands.executeCommand('latentLab.resumeRun', id) : this.#order({ order });
        }),
      setLearningRate: ({ learningRate }) => this.#do(() => this.#order({ order: 'setLearningRate', learningRate })),
      viewChanged: ({ view }) => this.#do(async () => memento.update(viewKey(id), view)),
      copy: ({ text }) => this.#do(async () => vscode.env.clipboard.writeText(text)),
      save: (file) => this.#do(() => savePicture(file, panel.title)),
      savePage: ({ theme }) => this.#do(() => this.#savePage(theme)),
      failed: ({ message }) => log.error(`${id}: the page failed: ${message}`),
      firstPointDrawn: ({ atMs }) => {
        this.firstPointMs ??= performance.now() - this.#openedMs;
        log.info(
          `${id}: first point ${Math.round(atMs)} ms after the page began, ${Math.round(this.firstPointMs)} ms after its panel opened`,
        );
      },
    };
  }

  #receive(message: unknown): void {
    const parsed = fromPage.safeParse(message);
    if (!parsed.success) {
      this.#talk.log.error(`${this.#talk.id}: the page sent a message that nobody knows: ${parsed.error.message}`);
      return;
    }
    // the map holds tag and handler together; TypeScript cannot follow a union through both
    (this.#handlers[parsed.data.kind] as (message: FromPage) => void)(parsed.data);
  }

  /** A hidden page is gone; when it is shown again it says so itself. */
  #changeVisibility(): void {
    if (!this.#talk.panel.visible) this.#told = null;
  }

  async #postSnapshot(): Promise<void> {
    const number = ++this.#snapshots;
    this.#told = null;
    await this.#followed.catchUp(this.#state);
    const sample = await this.#readSample();
    this.#settings = (await readResolvedSettings(this.#talk.folder))?.experiment ?? {};
    // a newer `ready` overtook this one, or the page went away
    if (number !== this.#snapshots || this.#isDisposed) return;
    this.#told = toldBySnapshot(this.#state, sample !== null);
    this.#post(this.#snapshot(sample));
    this.#postedMs = performance.now();
    this.#quicken();
  }

  #snapshot(sample: SampleView | null): Extract<ToPage, { kind: 'snapshot' }> {
    const { id, memento } = this.#talk;
    const view = viewStateSchema.safeParse(memento.get(viewKey(id)) ?? {}).data ?? viewStateSchema.parse({});
    return { kind: 'snapshot', run: this.#view(), ...snapshotOf(this.#state), sample, view };
  }

  /** One look at the log, and one post when it holds something new. */
  async #look(): Promise<void> {
    const count = await this.#followed.catchUp(this.#state);
    const status = this.#talk.runs.find(this.#talk.id)?.status ?? this.#state.status;
    const isFirst = isLive(status) && this.#talk.panel.visible && this.#state.columns.size === 0;
    this.#waitMs = isFirst ? firstMs : count > 0 && this.#told ? quickMs : Math.min(slowMs, this.#waitMs * 1.25);
    if (!this.#told) return;
    this.#isNewsPending ||= count > 0;
    const quietMs = performance.now() - this.#postedMs;
    const isClockDue = isLive(status) && quietMs >= clockMs;
    // at most ten posts a second, whoever asked for the look; a moment that waits for its turn has the next one
    if (this.#isFrameWaiting) return;
    if (isClockDue || (this.#isNewsPending && quietMs >= quickMs)) await this.#postProgress();
  }

  async #postProgress(): Promise<void> {
    const told = this.#told;
    const sample = told && !told.hasSample && this.#state.sample ? await this.#readSample() : null;
    if (!told || told !== this.#told) return;
    if (sample) told.hasSample = true;
    this.#isNewsPending = false;
    this.#post({ kind: 'progress', run: this.#view(), ...progressSince(told, this.#state), sample });
    this.#postedMs = performance.now();
  }

  /** Something happened that the log may not tell: look soon. */
  #quicken(): void {
    this.#isNewsPending = true;
    this.#waitMs = quickMs;
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#isDisposed) return;
    this.#timer = setTimeout(() => {
      this.#look()
        .catch((error: unknown) => this.#talk.log.error(`${this.#talk.id}: the log could not be followed: ${error}`))
        .finally(() => this.#schedule());
    }, this.#waitMs);
  }

  #view() {
    const { id, runs, panel } = this.#talk;
    const view = runView(this.#state, id, runs.find(id), Date.now());
    if (panel.title !== view.name) panel.title = view.name;
    return { ...view, language: languageFacts(this.#state, this.#settings) };
  }

  async #readSample(): Promise<SampleView | null> {
    const { sample } = this.#state;
    if (!sample) return null;
    const { folder } = this.#talk;
    const { rows, labels, labelNames, pictured, imageShape, columns, tokens } = sample;
    const [inputs, corrupted] = await Promise.all([readNumbers(folder, sample.inputs), readNumbers(folder, sample.corrupted)]);
    return { rows, labels, labelNames, pictured, imageShape, columns, inputs, corrupted, tokens };
  }

  async #postFrame({ request, step }: { request: number; step: number }): Promise<void> {
    this.#newestFrame = request;
    const frame = this.#state.frames.find((kept) => kept.step === step);
    const { folder } = this.#talk;
    const projection = await readNumbers(folder, frame?.projection ?? null);
    // people drag on: only the newest question is worth an answer
    if (request !== this.#newestFrame) return;
    const reconstructions = await readNumbers(folder, frame?.reconstructions ?? null);
    const spectra = await readSpectra(folder, frame?.spectra ?? null);
    const language = await readLanguage(folder, frame?.language ?? null);
    if (request !== this.#newestFrame) return;
    await this.#waitForTurn();
    if (request !== this.#newestFrame) return;
    this.#isFrameWaiting = false;
    this.#post({ kind: 'frame', request, step, projection, reconstructions, spectra, language });
    this.#postedMs = performance.now();
  }

  /** While a run trains, its page asks for a moment after every post: moments and progress share the ten posts a second. */
  async #waitForTurn(): Promise<void> {
    this.#isFrameWaiting = true;
    const leftMs = this.#postedMs + quickMs - performance.now();
    if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
  }

  /** How alike the codes of this run are to those of another that people pick. */
  async #compareCodes(): Promise<void> {
    const { id, folder, runs, panel } = this.#talk;
    const found = await compareCodes({ id, folder, state: this.#state }, runs, panel.title);
    if (typeof found === 'string') this.#post({ kind: 'notice', message: found });
    else if (found) this.#post({ kind: 'similarity', name: found.name, rows: found.rows, samples: bufferOf(found.points) });
  }

  async #savePage(theme: PageTheme): Promise<void> {
    const { folder, panel } = this.#talk;
    const snapshot = this.#snapshot(await this.#readSample());
    await saveRunPage({ name: panel.title, theme, collect: (told) => collectPage({ folder, state: this.#state, snapshot }, told) });
  }

  async #order(order: { order: string; learningRate?: number }): Promise<void> {
    await appendOrder(this.#talk.folder, { ...order, session: Math.max(1, this.#state.session) });
    this.#talk.log.info(`${this.#talk.id}: ordered to ${order.order}`);
    this.#quicken();
  }

  #post(message: ToPage): void {
    if (this.#isDisposed || !this.#talk.panel.visible) return;
    this.#talk.panel.webview.postMessage(message).then(undefined, (error: unknown) => this.#talk.log.warn(`${this.#talk.id}: ${error}`));
  }

  #do(work: () => Thenable<unknown>): void {
    work().then(undefined, (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.#talk.log.error(`${this.#talk.id}: ${message}`);
      this.#post({ kind: 'notice', message });
    });
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    for (const listener of this.#listening) listener.dispose();
    this.#followed.close().catch((error: unknown) => this.#talk.log.warn(`${this.#talk.id}: ${error}`));
  }
}

const viewKey = (id: string): string => `view:${id}`;
