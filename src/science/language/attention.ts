import { type Tensor, tf } from '../tensorflow.ts';

/** Added to the scores of those who may not be looked at. */
const never = -1e9;
/**
 * Scores so far below the largest of their row say no more: e^-60 is lost beside 1 in float32. Further below, the weights would be numbers
 * that processors are slow with, up to 20 times.
 */
const lowest = -60;

/** Shape of the heads: width = heads * size. */
export interface HeadShape {
  places: number;
  heads: number;
  width: number;
}

/** [a, b, size] -> [b, a, size]: places and heads change places. */
const swap = (x: Tensor): Tensor => tf.transpose(x, [1, 0, 2]);

/** Queries, keys or values [T B, width], the rows of the first place first, as [T, B heads, size]. */
function toHeads(x: Tensor, { places, heads, width }: HeadShape): Tensor {
  return tf.reshape(x, [places, -1, width / heads]);
}

/** Scores [B heads, T, T] with the mask [B, 1, T, T] or [1, 1, T, T] of their rows. */
function masked(scores: Tensor, { places, heads }: HeadShape, mask: Tensor | null): Tensor {
  if (mask === null) return scores;
  if (mask.shape[0] === 1) return tf.add(scores, tf.reshape(mask, [1, places, places]));
  return tf.reshape(tf.add(tf.reshape(scores, [-1, heads, places, places]), mask), [-1, places, places]);
}

/** How much every place looks at every other, softmax(Q K^T / sqrt(size) + mask) of queries and keys [T, B heads, size]: [B heads, T, T]. */
function weightsOf(query: Tensor, key: Tensor, shape: HeadShape, mask: Tensor | null): Tensor {
  const scores = tf.matMul(swap(query), swap(key), false, true);
  const seen = masked(tf.mul(scores, 1 / Math.sqrt(query.shape[2]!)), shape, mask);
  return tf.softmax(tf.clipByValue(tf.sub(seen, tf.max(seen, 2, true)), lowest, 0));
}

/** The same of queries and keys [T B, width]; it has no gradient by hand. */
export function attentionWeights({ query, key }: { query: Tensor; key: Tensor }, shape: HeadShape, mask: Tensor | null): Tensor {
  return weightsOf(toHeads(query, shape), toHeads(key, shape), shape, mask);
}

/** What is kept of attention for its gradient. */
type Saved = [query: Tensor, key: Tensor, value: Tensor, weights: Tensor, taken: Tensor];

/**
 * With P the weights, S the scores and D the rows' sums of dO O: dV = P^T dO, dS = P (dO V^T - D), dQ = dS K and dK = dS^T Q over
 * sqrt(size). The sums are of the outputs, not of the T times larger weights (Dao et al. 2022).
 */
function attentionGradient(dy: Tensor, [query, key, value, weights, taken]: Saved): Tensor[] {
  const scale = 1 / Math.sqrt(query.shape[2]!);
  const along = swap(tf.sum(tf.mul(dy, taken), 2, true)); // [B heads, T, 1]
  const slopes = tf.mul(tf.sub(tf.matMul(swap(dy), swap(value), false, true), along), weights);
  return [
    swap(tf.mul(tf.matMul(slopes, swap(key)), scale)),
    swap(tf.mul(tf.matMul(slopes, swap(query), true), scale)),
    swap(tf.matMul(weights, swap(dy), true)),
  ];
}

/**
 * Attention of all heads over queries, keys and values [T B, width], the rows of the first place first: heads are then cut without moving a
 * number, and the products read them as they lie. The gradient is written by hand.
 * @param mask added to the scores, [B, 1, T, T] or [1, 1, T, T]; null: everybody may look at everybody
 * @returns what each place takes from the others, heads side by side [T B, width]
 */
export function attend(
  { query, key, value }: { query: Tensor; key: Tensor; value: Tensor },
  shape: HeadShape,
  mask: Tensor | null,
): Tensor {
  const run = tf.customGrad((q, k, v, save) => {
    const [queries, keys, values] = [q, k, v] as unknown as [Tensor, Tensor, Tensor];
    const weights = weightsOf(queries, keys, shape, mask);
    const taken = swap(tf.matMul(weights, swap(values)));
    (save as unknown as (saved: Tensor[]) => void)([queries, keys, values, weights, taken]);
    return { value: taken, gradFunc: (dy, saved) => attentionGradient(dy as Tensor, saved as Saved) };
  });
  return tf.reshape(run(toHeads(query, shape), toHeads(key, shape), toHeads(value, shape)), [-1, shape.width]);
}

/** Nobody looks ahead: [1, 1, T, T], 0 where place t may look at place s <= t. */
export function causalMask(places: number): Tensor {
  const at = tf.range(0, places);
  const isAhead = tf.less(tf.reshape(at, [places, 1]), tf.reshape(at, [1, places]));
  return tf.reshape(tf.mul(tf.cast(isAhead, 'float32'), never), [1, 1, places, places]);
}

/** Nobody looks out of their line: positions [B, T] within lines -> [B, 1, T, T]. A line is known by where it starts, t - position. */
export function lineMask(positions: Tensor, places: number): Tensor {
  const start = tf.sub(tf.reshape(tf.range(0, places), [1, places]), positions);
  const isOther = tf.notEqual(tf.reshape(start, [-1, 1, places, 1]), tf.reshape(start, [-1, 1, 1, places]));
  return tf.mul(tf.cast(isOther, 'float32'), never);
}

/** Who of a cache may be looked at by the token at `position` [rows, 1]: those before it, [rows, 1, T]. */
export function cacheMask(position: Tensor, places: number): Tensor {
  const isBefore = tf.greater(position, tf.reshape(tf.range(0, places), [1, places]));
  return tf.reshape(tf.mul(tf.sub(1, tf.cast(isBefore, 'float32')), never), [-1, 1, places]);
}

/**
 * One place a row looks at a cache and at itself. Products of so few numbers are summed up where they lie: to turn the cache for a product
 * of matrices would take longer.
 * @param own query, key and value of the place, [rows, width] each
 * @param cache keys and values [rows, T, width], and who of them may be looked at
 * @returns [rows, width]
 */
export function attendToCache(
  own: { query: Tensor; key: Tensor; value: Tensor },
  cache: { keys: Tensor; values: Tensor; mask: Tensor },
  { places, heads, width }: HeadShape,
): Tensor {
  const size = width / heads;
  const cut = (x: Tensor, count: number) => tf.reshape(x, [-1, count, heads, size]);
  const query = tf.mul(cut(own.query, 1), 1 / Math.sqrt(size));
  const scoresOf = (keys: Tensor) => tf.transpose(tf.sum(tf.mul(query, keys), 3), [0, 2, 1]); // [rows, heads, T]
  const others = tf.add(scoresOf(cut(cache.keys, places)), cache.mask);
  const weights = tf.softmax(tf.concat([others, scoresOf(cut(own.key, 1))], 2));
  const [ofOthers, ofOwn] = tf
    .split(weights, [places, 1], 2)
    .map((part, i) => tf.reshape(tf.transpose(part, [0, 2, 1]), [-1, [places, 1][i]!, heads, 1])) as [Tensor, Tensor];
  const taken = tf.sum(tf.mul(cut(cache.values, places), ofOthers), 1); // [rows, heads, size]
  return tf.add(tf.reshape(taken, [-1, width]), tf.reshape(tf.mul(cut(own.value, 1), ofOwn), [-1, width]));
}
