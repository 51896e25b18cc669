import type { Smoothing } from '../../../../src/science/language/ngram.ts';

/** Texts of the tests: each a list of tokens, and how they are to be read. */
export interface PlainTexts {
  unit: 'lines' | 'stream';
  /** Size of the vocabulary, the end token of lines included. */
  vocabulary: number;
  order: number;
  texts: readonly (readonly number[])[];
}

/** Texts as the counts take them. */
export function packed(texts: PlainTexts['texts']): { tokens: number[]; starts: number[] } {
  const starts = [0];
  for (const text of texts) starts.push(starts.at(-1)! + text.length);
  return { tokens: texts.flat(), starts };
}

/** All predictions of texts, with the whole of what stands before each: start symbols are "S". */
export function predictions({ unit, vocabulary, order, texts }: PlainTexts): { before: string[]; token: number }[] {
  const sequences = unit === 'lines' ? texts.map((text) => [...text, vocabulary - 1]) : [texts.flat()];
  return sequences.flatMap((sequence) => {
    const start = unit === 'lines' ? new Array<string>(order - 1).fill('S') : [];
    return sequence.map((token, i) => ({ before: [...start, ...sequence.slice(0, i).map(String)], token }));
  });
}

/** The same model written from the definition alone: maps from contexts as strings to maps of counts. */
export class ReferenceNgram {
  private readonly counts = new Map<string, Map<number, number>>();

  constructor(
    private readonly training: PlainTexts,
    private readonly smoothing: Smoothing,
  ) {
    for (const { before, token } of predictions(training))
      for (let k = 0; k < training.order && k <= before.length; k++) {
        const context = before.slice(before.length - k).join(' ');
        const row = this.counts.get(context) ?? new Map<number, number>();
        row.set(token, (row.get(token) ?? 0) + 1);
        this.counts.set(context, row);
      }
  }

  /** p(token | before), of which the last order - 1 symbols count, or all where there are fewer. */
  probability(before: readonly string[], token: number): number {
    const context = before.slice(Math.max(0, before.length - this.training.order + 1));
    const { vocabulary } = this.training;
    if (this.smoothing === 'wittenBell') return this.interpolated(context, token);
    const row = this.counts.get(context.join(' ')) ?? new Map<number, number>();
    const total = [...row.values()].reduce((a, b) => a + b, 0);
    const added = this.smoothing === 'none' ? 0 : this.smoothing.add;
    return total + added === 0 ? 0 : ((row.get(token) ?? 0) + added) / (total + added * vocabulary);
  }

  private interpolated(context: readonly string[], token: number): number {
    const shorter = context.length === 0 ? 1 / this.training.vocabulary : this.interpolated(context.slice(1), token);
    const row = this.counts.get(context.join(' '));
    if (row === undefined) return shorter;
    const total = [...row.values()].reduce((a, b) => a + b, 0);
    return ((row.get(token) ?? 0) + row.size * shorter) / (total + row.size);
  }
}
