import type { DecodingStrategy } from '../../src/experiment/decoding.ts';
import type { DecodeView, FromDecodePage, ToDecodePage } from '../../src/protocol/decodePage.ts';
import { finish } from '../../src/search/finish.ts';
import { search } from '../../src/search/search.ts';
import { bestLengths, type ModelKind, type SyntheticModel, syntheticModel } from './syntheticModel.ts';
import type { Theme } from './themes.ts';

type Search = Extract<FromDecodePage, { kind: 'search' }>;
type Decoded = Extract<ToDecodePage, { kind: 'decoded' }>['answer'];

/** How the page of a search begins. */
export interface DecodeBeginning {
  model: ModelKind;
  name: string;
  isMasked: boolean;
  prompts: string[];
  maxNewTokens: number;
  strategy: DecodingStrategy;
  view: DecodeView | null;
  /** What getState returns. */
  state?: unknown;
  /** Kinds of searches that stay without an answer: the fake host only remembers them. */
  held?: (DecodingStrategy['kind'] | 'fill')[];
  mostNodes: number;
  theme: Theme;
}

/** The host's side of a search, inside the page: it searches itself, in a made up model. */
export class DecodeHost {
  readonly posts: FromDecodePage[] = [];
  readonly violations: string[] = [];
  readonly model: SyntheticModel;
  readonly #known = new Set<string>();
  state: unknown;

  constructor(readonly beginning: DecodeBeginning) {
    this.model = syntheticModel(beginning.model);
    this.state = beginning.state;
  }

  send(message: unknown): void {
    window.postMessage(message, '*');
  }

  setTheme(theme: Theme): void {
    document.documentElement.removeAttribute('style');
    for (const [name, value] of Object.entries(theme.variables)) document.documentElement.style.setProperty(`--vscode-${name}`, value);
    document.body.className = theme.kind;
  }

  hear(message: FromDecodePage): void {
    this.posts.push(message);
    const { held, name, isMasked, prompts, maxNewTokens, strategy, view } = this.beginning;
    if (message.kind === 'ready')
      this.send({
        kind: 'snapshot',
        origin: { kind: 'run', id: '20261124-101500-abcd' },
        name,
        isMasked,
        prompts,
        maxNewTokens,
        strategy,
        view,
      } satisfies ToDecodePage);
    if (message.kind === 'search' && !held?.includes(message.strategy.kind)) this.answer(message);
    if (message.kind === 'fill' && !held?.includes('fill')) this.#fill(message);
    if (message.kind === 'cancel')
      for (const post of this.posts) if ('request' in post) this.send({ kind: 'cancelled', request: post.request });
  }

  /** Answers a search, as the model server would. */
  answer(message: Search): void {
    const { request } = message;
    try {
      this.send({ kind: 'decoded', request, answer: this.#decode(message) } satisfies ToDecodePage);
    } catch (error) {
      const offer = message.prompt === '' ? null : (this.model.vocabulary[0] ?? null);
      this.send({ kind: 'failed', request, message: (error as Error).message, offer } satisfies ToDecodePage);
    }
  }

  #decode({ prompt: text, maxNewTokens, strategy, constraints }: Search): Decoded {
    const prompt = this.model.encode(text);
    let newCalls = 0;
    const model: SyntheticModel = {
      ...this.model,
      next: (prefixes) => {
        for (const key of prefixes.map((prefix) => prefix.join())) {
          if (!this.#known.has(key)) newCalls++;
          this.#known.add(key);
        }
        return this.model.next(prefixes);
      },
    };
    const ask = { model, prompt, maxNewTokens, strategy, constraints, mostNodes: this.beginning.mostNodes, seed: 1 };
    const result = finish(search(ask));
    return {
      ...result,
      hypotheses: result.hypotheses.map((hypothesis) => ({ ...hypothesis, text: this.model.decode(hypothesis.tokens) })),
      title: 'a model of the tests',
      vocabulary: this.model.vocabulary,
      end: this.model.end,
      prompt,
      maxNewTokens,
      strategy,
      newCalls,
      lengths: this.model.end === null ? [] : bestLengths(this.model, prompt, maxNewTokens),
      seconds: 0.004,
    };
  }

  #fill({ request, text, candidates }: Extract<FromDecodePage, { kind: 'fill' }>): void {
    const parts = text.split('[MASK]');
    const guesses = ['a', 'e', 'i', 'o', 'n', 'r', 'l', 's'].slice(0, candidates);
    const shares = guesses.map((_, i) => ({ text: guesses[i]!, probability: 0.55 * 0.45 ** i }));
    const tokens = parts.flatMap((part, i) => [
      ...(i === 0 ? [] : [{ text: 'a', candidates: shares }]),
      ...[...part].map((letter) => ({ text: letter, candidates: null })),
    ]);
    const answer = { title: 'a masked model of the tests', vocabulary: guesses, tokens, text: parts.join('a') };
    this.send({ kind: 'filled', request, answer } satisfies ToDecodePage);
  }
}

const page = window as unknown as { beginning: DecodeBeginning; fakeHost: DecodeHost };
const host = new DecodeHost(page.beginning);
page.fakeHost = host;
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
  host.violations.push(`${violatedDirective}: ${blockedURI} ${sample}`);
});
window.acquireVsCodeApi = () => ({
  postMessage: (message: FromDecodePage) => host.hear(structuredClone(message)),
  getState: () => host.state,
  setState: (state: unknown) => {
    host.state = state;
  },
});
host.setTheme(host.beginning.theme);
