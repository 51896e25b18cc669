import type { ProbeTask } from './probeTask.ts';

/** Neighbours that vote. */
export const neighbours = 5;
/** Distances between two looks for orders: some 20 ms at a hundred features. */
const distancesAtOnce = 200_000;

/**
 * The label that the k nearest labelled rows vote for: Euclidean distances in standard units, one vote each (all rows when
 * there are fewer than k). Of rows at the same distance the one with the smaller label is nearer; of labels with the same
 * votes the one with the nearest row wins. So the order of the labelled rows does not matter.
 * @param from, to asked rows [from, to)
 * @returns [to - from] labels
 */
export function voteOfNearest(task: ProbeTask, { from, to }: { from: number; to: number }, k = neighbours): Int32Array {
  const { known, knownLabels, asked, width } = task;
  const most = Math.min(k, knownLabels.length);
  const distances = new Float64Array(most);
  const labels = new Int32Array(most);
  return Int32Array.from({ length: to - from }, (_, q) => {
    let found = 0;
    for (let i = 0; i < knownLabels.length; i++) {
      const limit = found < most ? Number.POSITIVE_INFINITY : distances[most - 1]!;
      const distance = squaredDistance(known, i * width, { y: asked, start: (from + q) * width, width, limit });
      const label = knownLabels[i]!;
      if (found === most && !isNearer(distance, label, distances[most - 1]!, labels[most - 1]!)) continue;
      let at = found < most ? found++ : most - 1;
      for (; at > 0 && isNearer(distance, label, distances[at - 1]!, labels[at - 1]!); at--) {
        distances[at] = distances[at - 1]!;
        labels[at] = labels[at - 1]!;
      }
      distances[at] = distance;
      labels[at] = label;
    }
    return winner(labels);
  });
}

function isNearer(distance: number, label: number, otherDistance: number, otherLabel: number): boolean {
  return distance < otherDistance || (distance === otherDistance && label < otherLabel);
}

/** |x - y|^2 over `width` numbers, or something above `limit` as soon as it is passed. */
function squaredDistance(x: Float64Array, from: number, other: { y: Float64Array; start: number; width: number; limit: number }): number {
  const { y, start, width, limit } = other;
  let sum = 0;
  for (let j = 0; j < width && sum <= limit; j++) {
    const difference = x[from + j]! - y[start + j]!;
    sum += difference * difference;
  }
  return sum;
}

/** The label with most votes, the earliest of equal ones. */
function winner(labels: Int32Array): number {
  let best = 0;
  let votes = 0;
  for (const label of labels) {
    let own = 0;
    for (const other of labels) if (other === label) own++;
    if (own > votes) [best, votes] = [label, own];
  }
  return best;
}

/** Share of the asked rows whose label the nearest labelled rows vote for (k = 5). Yields between stretches of rows. */
export function* nearestAccuracy(task: ProbeTask): Generator<void, number, void> {
  const { askedLabels, knownLabels } = task;
  const atOnce = Math.max(1, Math.floor(distancesAtOnce / knownLabels.length));
  let right = 0;
  for (let from = 0; from < askedLabels.length; from += atOnce) {
    const to = Math.min(askedLabels.length, from + atOnce);
    voteOfNearest(task, { from, to }).forEach((label, i) => {
      if (label === askedLabels[from + i]) right++;
    });
    yield;
  }
  return right / askedLabels.length;
}
