import { fillUniform } from '../../math/random.ts';
import { type RowMoment, type RowSource, type TextRows, unknownPast } from './textRows.ts';

/**
 * One row a predicted token: `tokens` [context] before it, the start symbol where its line has none, and `targets` [1].
 * In a stream one row in ten forgets all but its last few tokens: how many is drawn evenly.
 */
export class ContextRows implements TextRows {
  readonly rows: number;
  readonly widths: { tokens: number; targets: number };

  constructor(private readonly source: RowSource) {
    this.rows = source.flat.length;
    this.widths = { tokens: source.context, targets: 1 };
  }

  fill(rows: Uint32Array, into: Readonly<Record<'tokens' | 'targets', Float32Array>>, at: RowMoment): void {
    const { flat, context } = this.source;
    const lengths = this.drawLengths(rows.length, at);
    for (let i = 0; i < rows.length; i++) {
      this.fillContext(rows[i]!, lengths === null ? context : lengths[i]!, into.tokens.subarray(i * context, (i + 1) * context));
      into.targets[i] = flat[rows[i]!]!;
    }
  }

  private fillContext(target: number, length: number, out: Float32Array): void {
    const { flat, end, start, context } = this.source;
    let at = context - 1;
    for (let from = target - 1; from >= 0 && at >= context - length && flat[from] !== end; from--) out[at--] = flat[from]!;
    while (at >= 0) out[at--] = start;
  }

  /** How many tokens each row may see; null for all. */
  private drawLengths(rows: number, { epoch, steps }: RowMoment): Float32Array | null {
    const { end, seed, context } = this.source;
    if (end !== null || epoch === null) return null;
    const drawn = new Float32Array(rows);
    const size = rows / steps.length;
    steps.forEach((step, i) => {
      fillUniform(drawn.subarray(i * size, (i + 1) * size), { seed, stream: 'context', step });
    });
    return drawn.map((u) => (u < unknownPast ? Math.min(context - 1, Math.floor((u / unknownPast) * context)) : context));
  }
}
