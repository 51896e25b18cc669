import { maskTokens } from '../../data/text/maskTokens.ts';
import type { LanguageMoment } from '../../run/runEvent.ts';
import { fillMasked } from '../../science/language/fillMasked.ts';
import { languageNext } from '../../science/language/languageNext.ts';
import { mostProbable } from '../../science/language/mostProbable.ts';
import type { RunKeeper } from '../runKeeper.ts';
import { drawTexts } from './drawTexts.ts';
import type { LanguageSetup } from './languageSetup.ts';

/** Tokens of the text that attention and blanks are shown of, at most. */
const MOST_SHOWN = 24;
/** Candidates told of each blank. */
const CANDIDATES = 5;

/** What a language model does with texts at one moment of its training: always the same prompts, sentences and random numbers. */
export class LanguageMoments {
  readonly hasAttention: boolean;
  /** The text that is looked at. */
  private readonly shown: number[];

  constructor(
    private readonly setup: LanguageSetup,
    private readonly keeper: Pick<RunKeeper, 'writeArray'>,
  ) {
    this.hasAttention = setup.experiment.model.kind === 'transformer';
    this.shown = textToShow(setup);
  }

  /** @param attentionName name of the array that attention goes to */
  take(attentionName: string): LanguageMoment {
    const { experiment, prepared, corpus } = this.setup;
    const attention = this.hasAttention ? this.lookAtAttention(attentionName) : undefined;
    if (experiment.objective.kind === 'maskedToken') return { blanks: this.fillBlanks(), attention };
    const model = languageNext(this.subject(), prepared);
    return { texts: drawTexts(model, corpus.tokenizer, experiment), attention };
  }

  private subject() {
    const { experiment, corpus } = this.setup;
    const { tokens, end } = corpus.tokenizer;
    return { model: experiment.model, vocabulary: tokens.length, end, unit: corpus.unit };
  }

  private fillBlanks(): NonNullable<LanguageMoment['blanks']> {
    const { experiment, prepared, corpus } = this.setup;
    const { tokens, end } = corpus.tokenizer;
    if (experiment.objective.kind !== 'maskedToken') return [];
    const mask = tokens.length + 1;
    const hideAll = { ...experiment.objective, replace: { mask: 1, random: 0, keep: 0 } };
    const place = { seed: experiment.seed, stream: 'view', step: 1 } as const;
    const { seen, chosen } = maskTokens(Uint32Array.from(this.shown), hideAll, { vocabulary: tokens.length, end, mask }, place);
    const filled = fillMasked(this.subject(), prepared, [...seen]);
    const candidatesOf = (at: number) =>
      mostProbable(filled.get(at)!, CANDIDATES).map(({ token, probability }) => ({ token: tokens[token]!, probability }));
    const candidatesAt = new Map([...chosen].map((at) => [at, candidatesOf(at)]));
    return this.shown.map((token, i) => ({ token: tokens[token]!, candidates: candidatesAt.get(i) ?? null }));
  }

  /** Attention of all heads over the shown text, cut out of the context that the model sees. */
  private lookAtAttention(name: string): LanguageMoment['attention'] {
    const { experiment, prepared, corpus } = this.setup;
    const { model, objective } = experiment;
    if (model.kind !== 'transformer') return undefined;
    const { tokens } = corpus.tokenizer;
    const seen = objective.kind === 'nextToken' && corpus.unit === 'lines' ? [tokens.length, ...this.shown.slice(0, -1)] : this.shown;
    const { context, layers, heads } = model;
    const fed = Float32Array.from({ length: context }, (_, i) => seen[i] ?? tokens.length);
    const positions = Float32Array.from({ length: context }, (_, i) => (i < seen.length ? i : 0));
    const whole = prepared.call('attention', { tokens: fed, positions }, 1).attention!;
    const n = seen.length;
    const cut = new Float32Array(layers * heads * n * n);
    for (let map = 0; map < layers * heads; map++)
      for (let row = 0; row < n; row++) {
        const from = (map * context + row) * context;
        cut.set(whole.subarray(from, from + n), (map * n + row) * n);
      }
    const words = seen.map((token) => tokens[token] ?? '<s>');
    return { file: this.keeper.writeArray(name, cut, [layers, heads, n, n]), layers, heads, tokens: words };
  }
}

/** The longest of the first held-out texts that fits, or the beginning of the text. */
function textToShow({ splits, experiment, corpus }: LanguageSetup): number[] {
  const { tokens, starts } = splits.validation.tokens.length > 0 ? splits.validation : splits.train;
  const most = Math.min(MOST_SHOWN, experiment.model.context);
  if (corpus.unit === 'stream') return [...tokens.subarray(0, most)];
  const texts = Array.from({ length: Math.min(50, starts.length - 1) }, (_, i) => [...tokens.subarray(starts[i]!, starts[i + 1]!)]);
  return texts.filter(({ length }) => length <= most).toSorted((a, b) => b.length - a.length)[0] ?? texts[0]!.slice(0, most);
}
