import type { NextTokens } from '../../math/nextTokens.ts';
import type { CallableProgram } from '../runInBatches.ts';
import { logRows } from './logRows.ts';
import { type Growth, longestKnown, PrefixCache } from './prefixCache.ts';
import type { TransformerModel } from './transformerNetwork.ts';

/** Numbers of keys and values kept: 256 MB. */
const KEPT_NUMBERS = 2 ** 26;
/** Numbers handed to the program at a time: 64 MB. However many hypotheses there are, no call takes more memory. */
const MOST_NUMBERS = 2 ** 24;

/** After a prefix: its last token's keys and values in every layer [layers, width], those before it, and what the model then says. */
interface Known {
  before: Known | null;
  /** Tokens read, the start symbol included. */
  length: number;
  keys: Float32Array;
  values: Float32Array;
  row: Float64Array;
}

/** A token to be read after a known beginning. */
interface Step {
  token: number;
  before: Known | null;
}

/**
 * The next token by attention to all before it, whose keys and values are kept. A text longer than the context is cut to its last tokens
 * and read anew: every position has moved.
 */
export class TransformerNext implements NextTokens {
  readonly size: number;
  readonly end: number | null;
  private readonly model: TransformerModel;
  private readonly hasLines: boolean;
  private readonly cache: PrefixCache<Known>;
  private start: Known | undefined;

  constructor(
    { model, vocabulary, end, unit }: { model: TransformerModel; vocabulary: number; end: number | null; unit: 'lines' | 'stream' },
    private readonly program: CallableProgram,
  ) {
    this.size = vocabulary;
    this.end = end;
    this.model = model;
    this.hasLines = unit === 'lines';
    this.cache = new PrefixCache(Math.max(64, Math.floor(KEPT_NUMBERS / (2 * model.layers * model.width + 2 * vocabulary))));
  }

  next(prefixes: readonly (readonly number[])[]): readonly Float64Array[] {
    const { context } = this.model;
    // the start symbol takes a place of its own
    const isLong = (prefix: readonly number[]) => prefix.length + 1 > context;
    const long = this.readWindows(prefixes.filter(isLong));
    const short = this.grow(prefixes.filter((prefix) => !isLong(prefix)));
    return prefixes.map((prefix) => (isLong(prefix) ? long.shift()! : short.shift()!));
  }

  private grow(prefixes: readonly (readonly number[])[]): Float64Array[] {
    if (prefixes.length === 0) return [];
    this.start ??= this.read([{ token: this.size, before: null }])[0]!;
    const growths = prefixes.map((prefix) => longestKnown(this.cache, prefix, this.start!));
    const isOpen = ({ prefix, read }: Growth<Known>) => read < prefix.length;
    for (let open = growths.filter(isOpen); open.length > 0; open = open.filter(isOpen)) {
      const found = this.read(open.map(({ prefix, known, read }) => ({ token: prefix[read]!, before: known })));
      open.forEach((growth, i) => {
        growth.known = found[i]!;
        growth.read += 1;
        this.cache.set(growth.prefix.slice(0, growth.read), growth.known);
      });
    }
    return growths.map(({ known }) => known.row);
  }

  /** Reads one token after each of the known beginnings. */
  private read(steps: readonly Step[]): Known[] {
    const { layers, context, width } = this.model;
    return inPortions(steps, 2 * context * layers * width, (portion) => this.readPortion(portion));
  }

  private readPortion(steps: readonly Step[]): Known[] {
    const { layers, context, width } = this.model;
    const rows = steps.length;
    const own = layers * width;
    const keys = new Float32Array(rows * context * own);
    const values = new Float32Array(keys.length);
    steps.forEach(({ before }, row) => {
      for (let known = before; known !== null; known = known.before) {
        const to = (row * context + known.length - 1) * own;
        keys.set(known.keys, to);
        values.set(known.values, to);
      }
    });
    const feeds = {
      tokens: Float32Array.from(steps, ({ token }) => token),
      position: Float32Array.from(steps, ({ before }) => before?.length ?? 0),
      keys,
      values,
    };
    const answer = this.program.call('next', feeds, rows);
    return logRows(answer.logProbabilities!, rows).map((row, i) => ({
      before: steps[i]!.before,
      length: (steps[i]!.before?.length ?? 0) + 1,
      keys: answer.newKeys!.slice(i * own, (i + 1) * own),
      values: answer.newValues!.slice(i * own, (i + 1) * own),
      row,
    }));
  }

  /** The last tokens of long texts, as many as fit. */
  private readWindows(prefixes: readonly (readonly number[])[]): Float64Array[] {
    return inPortions(prefixes, this.model.context * this.size, (portion) => this.readWindowPortion(portion));
  }

  private readWindowPortion(prefixes: readonly (readonly number[])[]): Float64Array[] {
    const { context } = this.model;
    const tokens = Float32Array.from(prefixes.flatMap((prefix) => prefix.slice(-context)));
    const positions = Float32Array.from(tokens, (_, i) => i % context);
    const all = this.program.call('window', this.hasLines ? { tokens, positions } : { tokens }, prefixes.length).logProbabilities!;
    const size = this.size;
    const last = new Float32Array(prefixes.length * size);
    prefixes.forEach((_, row) => {
      const from = (row * context + context - 1) * size;
      last.set(all.subarray(from, from + size), row * size);
    });
    return logRows(last, prefixes.length);
  }
}

/** Calls `work` with as many items at a time as their numbers allow, and joins what it gives. */
function inPortions<A, B>(items: readonly A[], numbersOfOne: number, work: (portion: readonly A[]) => B[]): B[] {
  const most = Math.max(1, Math.floor(MOST_NUMBERS / numbersOfOne));
  const found: B[] = [];
  for (let from = 0; from < items.length; from += most) found.push(...work(items.slice(from, from + most)));
  return found;
}
