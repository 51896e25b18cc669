import type { NextTokens } from '../../math/nextTokens.ts';
import type { CallableProgram } from '../runInBatches.ts';
import type { GatedModel } from './gatedNetwork.ts';
import { logRows } from './logRows.ts';
import { type Growth, longestKnown, PrefixCache } from './prefixCache.ts';

/** Numbers of states kept: 64 MB. */
const KEPT_NUMBERS = 2 ** 24;

/** After a prefix: the state, and what the model then says. */
interface Known {
  state: Float32Array;
  row: Float64Array;
}

/** The next token by a state that every token changes. */
export class GatedNext implements NextTokens {
  readonly size: number;
  readonly end: number | null;
  private readonly hidden: number;
  private readonly cache: PrefixCache<Known>;
  /** After the start symbol. */
  private start: Known | undefined;

  constructor(
    { model, vocabulary, end }: { model: GatedModel; vocabulary: number; end: number | null },
    private readonly program: CallableProgram,
  ) {
    this.size = vocabulary;
    this.end = end;
    this.hidden = model.hidden;
    this.cache = new PrefixCache(Math.max(64, Math.floor(KEPT_NUMBERS / (model.hidden + 2 * vocabulary))));
  }

  next(prefixes: readonly (readonly number[])[]): readonly Float64Array[] {
    this.start ??= this.read([{ token: this.size, state: new Float32Array(this.hidden) }])[0]!;
    const growths = prefixes.map((prefix) => longestKnown(this.cache, prefix, this.start!));
    for (let open = growths.filter(isOpen); open.length > 0; open = open.filter(isOpen)) this.readOneMore(open);
    return growths.map(({ known }) => known.row);
  }

  /** One token on for all that are not there yet. */
  private readOneMore(open: Growth<Known>[]): void {
    const found = this.read(open.map(({ prefix, known, read }) => ({ token: prefix[read]!, state: known.state })));
    open.forEach((growth, i) => {
      growth.known = found[i]!;
      growth.read += 1;
      this.cache.set(growth.prefix.slice(0, growth.read), growth.known);
    });
  }

  private read(steps: readonly { token: number; state: Float32Array }[]): Known[] {
    const { hidden } = this;
    const state = new Float32Array(steps.length * hidden);
    steps.forEach((step, i) => {
      state.set(step.state, i * hidden);
    });
    const answer = this.program.call('next', { tokens: Float32Array.from(steps, ({ token }) => token), state }, steps.length);
    const rows = logRows(answer.logProbabilities!, steps.length);
    return rows.map((row, i) => ({ row, state: answer.newState!.slice(i * hidden, (i + 1) * hidden) }));
  }
}

function isOpen({ prefix, read }: Growth<unknown>): boolean {
  return read < prefix.length;
}
