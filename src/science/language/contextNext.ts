import type { NextTokens } from '../../math/nextTokens.ts';
import type { CallableProgram } from '../runInBatches.ts';
import type { ContextModel } from './contextNetwork.ts';
import { logRows } from './logRows.ts';

/** The next token by the last few: what stands before them does not matter. */
export class ContextNext implements NextTokens {
  readonly size: number;
  readonly end: number | null;
  private readonly context: number;

  constructor(
    { model, vocabulary, end }: { model: ContextModel; vocabulary: number; end: number | null },
    private readonly program: CallableProgram,
  ) {
    this.size = vocabulary;
    this.end = end;
    this.context = model.context;
  }

  next(prefixes: readonly (readonly number[])[]): readonly Float64Array[] {
    const { context, size } = this;
    const tokens = new Float32Array(prefixes.length * context).fill(size);
    prefixes.forEach((prefix, row) => {
      const seen = prefix.slice(-context);
      tokens.set(seen, (row + 1) * context - seen.length);
    });
    return logRows(this.program.call('next', { tokens }, prefixes.length).logProbabilities!, prefixes.length);
  }

  state(prefix: readonly number[]): string {
    return prefix.slice(-this.context).join(' ');
  }
}
