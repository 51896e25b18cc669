import { UserError } from '../../experiment/problem.ts';
import type { NextTokens } from '../../math/nextTokens.ts';
import { childOf, type GramTrie, GrowingTrie } from './gramTrie.ts';

/**
 * What unseen tokens get: nothing, a constant k added to every count, or what shorter contexts say (Witten and Bell 1991, interpolated).
 * With c(h, w) the times that w followed the context h, C(h) their sum, T(h) the number of different w, V the size of the vocabulary:
 * `none` c/C; `add` (c + k)/(C + kV); `wittenBell` P(w | h) = (c + T P(w | h'))/(C + T), h' being h without its oldest token, down to
 * 1/V. A context never seen gives nothing, 1/V, and P(w | h').
 */
export type Smoothing = 'none' | 'wittenBell' | { add: number };

/** Texts one after the other: text i is tokens[starts[i]] to tokens[starts[i + 1] - 1], without end tokens. */
export interface TokenTexts {
  tokens: ArrayLike<number>;
  starts: ArrayLike<number>;
}

/** How often each token followed each context of up to order - 1 tokens. */
export interface NgramCounts {
  /** Tokens of the longest gram: the next one and order - 1 before it. */
  order: number;
  /**
   * `lines`: each text has order - 1 start symbols (the number `size`) before it, which are context only, and ends with the end token
   * (size - 1). `stream`: all texts are one, without an end; only tokens with order - 1 others before them are predictions.
   */
  unit: 'lines' | 'stream';
  /** Size of the vocabulary, the end token of lines included. */
  size: number;
  grams: GramTrie;
  /** [nodes]: how many tokens followed the gram of a node, C. */
  totals: Uint32Array;
  /** [nodes]: how many different ones, T. */
  kinds: Uint32Array;
}

/** "LLNC" as the first number, little-endian. */
const MAGIC = 0x434e4c4c;
const VERSION = 1;
/** Numbers before the grams: magic, version, order, unit, size, nodes, check. */
const HEAD = 7;
const units = ['lines', 'stream'] as const;

/** Numbers kept in rows that were asked for before: 8 MB. */
const KEPT_NUMBERS = 2 ** 20;

/**
 * Counts all grams of 1 to `order` tokens. Repeated lines count again.
 * @param text vocabulary: its size, the end token of lines included
 * @throws UserError where there are too many different grams to hold
 */
export function countNgrams(text: TokenTexts & { unit: NgramCounts['unit']; vocabulary: number; order: number }): NgramCounts {
  const { unit, vocabulary: size, order } = text;
  const trie = new GrowingTrie();
  const afterStarts = new Int32Array(order).fill(-1);
  afterStarts[0] = 0;
  if (unit === 'lines') for (let k = 1; k < order; k++) afterStarts[k] = trie.child(afterStarts[k - 1]!, size);
  const contexts = new Int32Array(order);
  walk(
    text,
    { unit, size },
    {
      begin: () => contexts.set(afterStarts),
      see: (token) => {
        for (let k = order - 1; k >= 0; k--) {
          const context = contexts[k]!;
          const gram = context < 0 ? -1 : trie.count(context, token);
          if (k + 1 < order) contexts[k + 1] = gram;
        }
      },
    },
  );
  return sumUp({ order, unit, size, grams: trie.freeze() });
}

/** Adds what follows from the grams: how many tokens followed each, and how many different ones. */
function sumUp(counted: Omit<NgramCounts, 'totals' | 'kinds'>): NgramCounts {
  const { counts, children } = counted.grams;
  const totals = new Uint32Array(counts.length);
  const kinds = new Uint32Array(counts.length);
  for (let node = 0; node < counts.length; node++)
    for (let child = children[node]!; child < children[node + 1]!; child++)
      // start symbols have no count
      if (counts[child]! > 0) {
        totals[node]! += counts[child]!;
        kinds[node]!++;
      }
  return { ...counted, totals, kinds };
}

/**
 * The counts as a model that a search can ask; its state is the last order - 1 tokens. In a stream a prefix shorter than that is judged by
 * the grams of its own length. With smoothing `none` a context never seen has no next token at all: its row is all -Infinity, and a search
 * ends there.
 */
export function ngramNext(counts: NgramCounts, smoothing: Smoothing): NextTokens {
  const { order, unit, size } = counts;
  const rows = new Map<number, Float64Array>();
  const most = Math.max(1, Math.floor(KEPT_NUMBERS / Math.max(1, size)));
  return {
    size,
    end: unit === 'lines' ? size - 1 : null,
    next: (prefixes) =>
      prefixes.map((prefix) => {
        const contexts = contextsOf(counts, prefix);
        const key = deciding(counts, smoothing, contexts);
        let row = rows.get(key);
        if (row === undefined) {
          if (rows.size >= most) rows.clear();
          row = logarithms(counts, smoothing, contexts);
          rows.set(key, row);
        }
        return row;
      }),
    state: (prefix) => prefix.slice(Math.max(0, prefix.length - order + 1)).join(' '),
  };
}

/**
 * What texts cost under the counts, - ln p a token in the mean over the predicted tokens, and how many these are (end tokens of lines
 * included; of a stream those with a whole context).
 * @returns nats Infinity where one of them has probability 0, NaN where there is none
 */
export function ngramNats(counts: NgramCounts, smoothing: Smoothing, split: TokenTexts): { nats: number; tokens: number } {
  const { order, grams, unit } = counts;
  const afterStarts = contextsOf(counts, []);
  const contexts = new Int32Array(order);
  let seen = 0;
  let tokens = 0;
  let sum = 0;
  walk(split, counts, {
    begin: () => {
      contexts.fill(-1);
      contexts.set(afterStarts);
      seen = unit === 'lines' ? order - 1 : 0;
    },
    see: (token) => {
      if (seen >= order - 1) {
        sum -= Math.log(probability(counts, smoothing, contexts, token));
        tokens++;
      }
      seen++;
      for (let k = order - 2; k >= 0; k--) contexts[k + 1] = childOf(grams, contexts[k]!, token);
    },
  });
  return { nats: sum / tokens, tokens };
}

/** Goes through texts as the unit has it: lines end with the end token, a stream is one text. */
function walk(
  { tokens, starts }: TokenTexts,
  { unit, size }: { unit: NgramCounts['unit']; size: number },
  visit: { begin: () => void; see: (token: number) => void },
): void {
  const words = unit === 'lines' ? size - 1 : size;
  for (let text = 0; text + 1 < starts.length; text++) {
    if (unit === 'lines' || text === 0) visit.begin();
    for (let i = starts[text]!; i < starts[text + 1]!; i++) {
      if (!(tokens[i]! < words)) throw new RangeError(`token ${tokens[i]} at ${i}, expected one below ${words}`);
      visit.see(tokens[i]!);
    }
    if (unit === 'lines') visit.see(size - 1);
  }
}

/** Nodes of the last k symbols of a prefix, k = 0 to as many as count; -1 where they were never seen. */
function contextsOf({ order, unit, size, grams }: NgramCounts, prefix: readonly number[]): Int32Array {
  const longest = unit === 'lines' ? order - 1 : Math.min(order - 1, prefix.length);
  const contexts = new Int32Array(longest + 1);
  for (let k = 1; k <= longest; k++) {
    let node = 0;
    // before the prefix stand start symbols
    for (let i = prefix.length - k; i < prefix.length && node >= 0; i++) node = childOf(grams, node, i < 0 ? size : prefix[i]!);
    contexts[k] = node;
  }
  return contexts;
}

/** The longest context that says something, among those of a prefix: -1 for none. Equal answers, equal rows. */
function deciding({ totals }: NgramCounts, smoothing: Smoothing, contexts: Int32Array): number {
  const says = (node: number) => node >= 0 && totals[node]! > 0;
  if (smoothing === 'wittenBell') return contexts.findLast(says) ?? -1;
  const node = contexts.at(-1)!;
  return says(node) ? node : -1;
}

/** p(token | contexts), as `Smoothing` has it. */
function probability(counts: NgramCounts, smoothing: Smoothing, contexts: Int32Array, token: number): number {
  const { grams, totals, kinds, size } = counts;
  const times = (context: number) => {
    const gram = childOf(grams, context, token);
    return gram < 0 ? 0 : grams.counts[gram]!;
  };
  if (smoothing === 'wittenBell') {
    let p = 1 / size;
    for (const context of contexts) {
      if (context < 0 || totals[context] === 0) break;
      p = (times(context) + kinds[context]! * p) / (totals[context]! + kinds[context]!);
    }
    return p;
  }
  const added = smoothing === 'none' ? 0 : smoothing.add;
  const context = contexts.at(-1)!;
  const total = context < 0 ? 0 : totals[context]!;
  if (total === 0) return added === 0 ? 0 : 1 / size;
  return (times(context) + added) / (total + added * size);
}

/** ln p of every token after the contexts, [size]. */
function logarithms(counts: NgramCounts, smoothing: Smoothing, contexts: Int32Array): Float64Array {
  const { grams, totals, kinds, size } = counts;
  const row = new Float64Array(size);
  const add = (context: number) => {
    for (let child = grams.children[context]!; child < grams.children[context + 1]!; child++)
      if (grams.counts[child]! > 0) row[grams.tokens[child]!]! += grams.counts[child]!;
  };
  if (smoothing === 'wittenBell') {
    row.fill(1 / size);
    for (const context of contexts) {
      if (context < 0 || totals[context] === 0) break;
      for (let token = 0; token < size; token++) row[token]! *= kinds[context]!;
      add(context);
      for (let token = 0; token < size; token++) row[token]! /= totals[context]! + kinds[context]!;
    }
  } else {
    const added = smoothing === 'none' ? 0 : smoothing.add;
    const context = contexts.at(-1)!;
    const total = context < 0 ? 0 : totals[context]!;
    row.fill(total === 0 && added > 0 ? 1 : added);
    if (total > 0) add(context);
    const whole = total === 0 ? size : total + added * size;
    for (let token = 0; token < size; token++) row[token]! /= whole;
  }
  return row.map(Math.log);
}

/**
 * Counts as bytes: seven numbers of 32 bits (magic, version, order, unit, size, nodes, check), then tokens [nodes], counts [nodes] and
 * children [nodes + 1] of the grams. Equal counts give equal bytes.
 */
export function serialiseCounts({ order, unit, size, grams }: NgramCounts): Uint8Array {
  const nodes = grams.tokens.length;
  const numbers = new Uint32Array(HEAD + 3 * nodes + 1);
  numbers.set([MAGIC, VERSION, order, units.indexOf(unit), size, nodes]);
  numbers.set(grams.tokens, HEAD);
  numbers.set(grams.counts, HEAD + nodes);
  numbers.set(grams.children, HEAD + 2 * nodes);
  numbers[HEAD - 1] = checkOf(numbers);
  return new Uint8Array(numbers.buffer);
}

/**
 * Reads what `serialiseCounts` wrote.
 * @throws UserError where the bytes are not whole, not counts, or of another version
 */
export function parseCounts(bytes: Uint8Array): NgramCounts {
  const isWhole = bytes.length >= 4 * HEAD && bytes.length % 4 === 0;
  // a copy, for bytes of a file need not begin where a number of 32 bits may
  const numbers = new Uint32Array(isWhole ? new Uint8Array(bytes).buffer : new ArrayBuffer(4 * HEAD));
  const [magic, version, order, unit, size, nodes, check] = numbers;
  if (magic === MAGIC && version !== VERSION)
    throw new UserError(`the counts are of version ${version}, and this program reads version ${VERSION}: count the text again`);
  if (magic !== MAGIC || numbers.length !== HEAD + 3 * nodes! + 1 || check !== checkOf(numbers))
    throw new UserError('the counts are damaged or only half written: count the text again');
  const part = (from: number, length: number) => numbers.slice(HEAD + from, HEAD + from + length);
  const grams = { tokens: part(0, nodes!), counts: part(nodes!, nodes!), children: part(2 * nodes!, nodes! + 1) };
  return sumUp({ order: order!, unit: units[unit!]!, size: size!, grams });
}

/** A number that changes when any of the others does, but for one chance in four thousand million. */
function checkOf(numbers: Uint32Array): number {
  let check = 0x811c9dc5;
  for (let i = 0; i < numbers.length; i++) {
    if (i === HEAD - 1) continue;
    check = Math.imul(check ^ numbers[i]!, 0x9e3779b1);
    check ^= check >>> 15;
  }
  return check >>> 0;
}
