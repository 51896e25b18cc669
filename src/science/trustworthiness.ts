/** Rows in some space. */
export interface Space {
  /** [n, width] */
  rows: Float32Array;
  width: number;
}

/** How far a projection can be trusted; 1 is best, random places give about a half. */
export interface Preservation {
  /** 1: no row has a neighbour in the picture that it has not in truth. */
  trustworthiness: number;
  /** 1: no row has lost a true neighbour in the picture. */
  continuity: number;
}

/** Neighbours that must stay neighbours. */
export const defaultNeighbours = 12;

/**
 * Trustworthiness of a projection and its continuity (Venna and Kaski 2001), each from 0 to 1:
 * T(k) = 1 - 2 / (n k (2n - 3k - 1)) sum_i sum_{j in U_i} max(0, r(i, j) - k)
 * with U_i the k rows nearest to row i in the projection and r(i, j) the rank of j by its distance from i in the original
 * space, from 1; continuity is the same with the spaces swapped. As scikit-learn's trustworthiness (Euclidean); of rows at
 * equal distances the one with the smaller number is nearer. Time n^2 (widths + k), memory n.
 * @param k below n / 2, else the scale means nothing
 */
export function measurePreservation(original: Space, projection: Space, k = defaultNeighbours): Preservation {
  const n = original.rows.length / original.width;
  const shown = projection.rows.length / projection.width;
  if (n !== shown) throw new Error(`expected a projection of ${n} rows, got ${shown}`);
  if (!Number.isInteger(k) || k < 1 || k >= n / 2) throw new Error(`expected 1 <= k < n / 2 = ${n / 2}, got ${k}`);
  const truth = new Surroundings(original, k);
  const picture = new Surroundings(projection, k);
  let [strangers, lost] = [0, 0];
  for (let i = 0; i < n; i++) {
    truth.lookFrom(i);
    picture.lookFrom(i);
    strangers += truth.excessRanks(picture.nearest);
    lost += picture.excessRanks(truth.nearest);
  }
  const scale = 2 / (n * k * (2 * n - 3 * k - 1));
  return { trustworthiness: 1 - scale * strangers, continuity: 1 - scale * lost };
}

/** What one row sees in one space: all distances and the k nearest rows, nearest first. */
class Surroundings {
  readonly nearest: Uint32Array;
  private readonly rows: Float64Array;
  private readonly distances: Float64Array;

  constructor(
    space: Space,
    private readonly k: number,
  ) {
    this.rows = Float64Array.from(space.rows);
    this.nearest = new Uint32Array(k);
    this.distances = new Float64Array(space.rows.length / space.width);
  }

  /** Squared distances from row i, Infinity to itself, and its nearest rows. */
  lookFrom(i: number): void {
    const { rows, distances } = this;
    const width = rows.length / distances.length;
    for (let l = 0, at = 0; l < distances.length; l++) {
      let sum = 0;
      let other = 0;
      let j = i * width;
      // two sums that do not wait for each other
      for (const end = j + width - 1; j < end; j += 2, at += 2) {
        const difference = rows[at]! - rows[j]!;
        const next = rows[at + 1]! - rows[j + 1]!;
        sum += difference * difference;
        other += next * next;
      }
      if (width % 2 === 1) {
        sum += (rows[at]! - rows[j]!) ** 2;
        at++;
      }
      distances[l] = sum + other;
    }
    distances[i] = Number.POSITIVE_INFINITY;
    this.findNearest();
  }

  private findNearest(): void {
    const { distances, nearest, k } = this;
    let edge = Number.POSITIVE_INFINITY;
    for (let l = 0; l < distances.length; l++) {
      const distance = distances[l]!;
      if (l >= k && !(distance < edge)) continue;
      let at = Math.min(l, k - 1);
      for (; at > 0 && distance < distances[nearest[at - 1]!]!; at--) nearest[at] = nearest[at - 1]!;
      nearest[at] = l;
      if (l >= k - 1) edge = distances[nearest[k - 1]!]!;
    }
  }

  /** Sum of max(0, rank - k) over some rows. */
  excessRanks(some: Uint32Array): number {
    const last = this.nearest[this.k - 1]!;
    let excess = 0;
    for (const j of some) if (this.isNearer(last, j)) excess += this.rankOf(j) - this.k;
    return excess;
  }

  private isNearer(a: number, b: number): boolean {
    const { distances } = this;
    return distances[a]! < distances[b]! || (distances[a] === distances[b] && a < b);
  }

  /** Rank of row j, from 1: rows before it that are no farther, and rows after it that are nearer. */
  private rankOf(j: number): number {
    const { distances } = this;
    const own = distances[j]!;
    let rank = 1;
    // added, not branched on: which it is cannot be foreseen
    for (let l = 0; l < j; l++) rank += Number(distances[l]! <= own);
    for (let l = j + 1; l < distances.length; l++) rank += Number(distances[l]! < own);
    return rank;
  }
}
