import { fillUniform } from '../../math/random.ts';
import { type RowMoment, type RowSource, type TextRows, unknownPast } from './textRows.ts';

/**
 * A stream cut into windows that touch: `tokens` [context] and, one further, `targets` [context]. Each epoch starts its windows at
 * another place; one window in ten begins with the start symbol, an unknown past. Measured windows start at the first token.
 */
export class WindowRows implements TextRows {
  readonly rows: number;
  readonly widths: { tokens: number; targets: number };

  /** A source of more than `context` tokens. */
  constructor(private readonly source: RowSource) {
    const { flat, context } = source;
    this.rows = flat.length <= context ? 0 : Math.max(1, Math.floor((flat.length - context) / context));
    this.widths = { tokens: context, targets: context };
  }

  fill(rows: Uint32Array, into: Readonly<Record<'tokens' | 'targets', Float32Array>>, at: RowMoment): void {
    const { flat, context, start } = this.source;
    const offset = this.offsetOf(at.epoch);
    const forgets = this.drawForgets(rows.length, at);
    for (let i = 0; i < rows.length; i++) {
      const from = offset + rows[i]! * context;
      for (let t = 0; t < context; t++) {
        into.tokens[i * context + t] = flat[from + t]!;
        into.targets[i * context + t] = flat[from + t + 1]!;
      }
      if (forgets !== null && forgets[i]! < unknownPast) into.tokens[i * context] = start;
    }
  }

  private offsetOf(epoch: number | null): number {
    if (epoch === null) return 0;
    const { flat, context, seed } = this.source;
    const most = Math.min(context - 1, flat.length - 1 - this.rows * context);
    const drawn = new Float32Array(1);
    fillUniform(drawn, { seed, stream: 'order', step: 2 ** 40 + epoch });
    return Math.min(most, Math.floor(drawn[0]! * (most + 1)));
  }

  private drawForgets(rows: number, { epoch, steps }: RowMoment): Float32Array | null {
    if (epoch === null) return null;
    const drawn = new Float32Array(rows);
    const size = rows / steps.length;
    steps.forEach((step, i) => {
      fillUniform(drawn.subarray(i * size, (i + 1) * size), { seed: this.source.seed, stream: 'context', step });
    });
    return drawn;
  }
}
