import { thinToPairs } from '../../src/math/minMax.ts';
import type { FromPage, RunView, ToPage, ViewState } from '../../src/protocol/page.ts';
import { confusionOf } from './syntheticDownstream.ts';
import { SyntheticLanguage } from './syntheticLanguage.ts';
import { type SyntheticOptions, SyntheticRun } from './syntheticRun.ts';
import { spectraAt } from './syntheticTheory.ts';
import type { Theme } from './themes.ts';

/** How a page begins. */
export interface Beginning extends SyntheticOptions {
  /** Epoch of the snapshot; null sends none, so that the page waits. */
  epoch: number | null;
  change?: Partial<RunView>;
  /** What getState returns. */
  state?: unknown;
  view?: Partial<ViewState>;
  /** Parts that the host finds missing or damaged. */
  missing?: ('projection' | 'reconstructions' | 'inputs' | 'curves' | 'spectra' | 'confusion' | 'attention' | 'language')[];
  hasWebGl?: boolean;
  theme: Theme;
}

/** The host's side, inside the page: VS Code's function, a run to answer from, and a record of what the page said. */
export class FakeHost {
  readonly posts: FromPage[] = [];
  readonly violations: string[] = [];
  readonly run: SyntheticRun;
  state: unknown;
  epoch: number;

  constructor(readonly beginning: Beginning) {
    this.run = beginning.language ? new SyntheticLanguage(beginning) : new SyntheticRun(beginning);
    this.state = beginning.state;
    this.epoch = beginning.epoch ?? 0;
  }

  /** Says something to the page, as VS Code does. */
  send(message: unknown): void {
    window.postMessage(message, '*');
  }

  sendSnapshot(): void {
    const { epoch, change, view, missing } = this.beginning;
    if (epoch === null) return;
    const snapshot = this.run.snapshot(this.epoch, change);
    Object.assign(snapshot.view, view);
    if (missing?.includes('inputs') && snapshot.sample) snapshot.sample.inputs = null;
    if (missing?.includes('curves')) snapshot.curves = [];
    this.send(snapshot);
  }

  /** Training goes on for so many epochs. */
  train(epochs: number, change: Partial<RunView> = {}): void {
    this.send(this.run.progress(this.epoch, this.epoch + epochs, change));
    this.epoch += epochs;
  }

  setTheme(theme: Theme): void {
    document.documentElement.removeAttribute('style');
    for (const [name, value] of Object.entries(theme.variables)) document.documentElement.style.setProperty(`--vscode-${name}`, value);
    document.body.className = theme.kind;
  }

  hear(message: FromPage): void {
    this.posts.push(message);
    if (message.kind === 'ready') this.sendSnapshot();
    if (message.kind === 'askFrame') this.#answerFrame(message);
    if (message.kind === 'askCurve') this.#answerCurve(message);
    if (message.kind === 'askConfusion') this.#answerConfusion(message);
  }

  #answerFrame({ request, step }: Extract<FromPage, { kind: 'askFrame' }>): void {
    const { missing } = this.beginning;
    const language = missing?.includes('language') ? null : this.run.languageAt(step);
    if (language?.attention && missing?.includes('attention')) language.attention.values = null;
    this.send({
      kind: 'frame',
      request,
      step,
      projection: missing?.includes('projection') ? null : this.run.projection(step),
      reconstructions: missing?.includes('reconstructions') ? null : this.run.reconstructions(step),
      spectra: missing?.includes('spectra') ? [] : spectraAt(step / this.run.stepsPerEpoch, this.beginning.isLinear === true),
      language,
    } satisfies ToPage);
  }

  #answerConfusion({ request }: Extract<FromPage, { kind: 'askConfusion' }>): void {
    const { change, missing } = this.beginning;
    const values = change?.downstream && !missing?.includes('confusion') ? confusionOf(change.downstream) : null;
    this.send({ kind: 'confusion', request, values } satisfies ToPage);
  }

  #answerCurve({ request, name, from, to, pairs }: Extract<FromPage, { kind: 'askCurve' }>): void {
    const points = new Float64Array(this.run.points(name, 0, this.epoch * this.run.stepsPerEpoch));
    const steps = points.filter((_, i) => i % 2 === 0);
    const values = points.filter((_, i) => i % 2 === 1);
    const samples = thinToPairs({ steps, values }, { from, to, pairs }).buffer as ArrayBuffer;
    this.send({ kind: 'curve', request, name, samples } satisfies ToPage);
  }
}

declare global {
  interface Window {
    beginning: Beginning;
    fakeHost: FakeHost;
    acquireVsCodeApi(): unknown;
  }
}

const host = new FakeHost(window.beginning);
window.fakeHost = host;
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
  host.violations.push(`${violatedDirective}: ${blockedURI} ${sample}`);
});
window.acquireVsCodeApi = () => ({
  postMessage: (message: FromPage) => host.hear(structuredClone(message)),
  getState: () => host.state,
  setState: (state: unknown) => {
    host.state = state;
  },
});
if (host.beginning.hasWebGl === false) {
  const real = HTMLCanvasElement.prototype.getContext as (this: HTMLCanvasElement, kind: string, options?: unknown) => unknown;
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, options?: unknown) {
    return kind.startsWith('webgl') ? null : real.call(this, kind, options);
  } as typeof HTMLCanvasElement.prototype.getContext;
}
host.setTheme(host.beginning.theme);
