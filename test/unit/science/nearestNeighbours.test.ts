import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestAccuracy, voteOfNearest } from '../../../src/science/nearestNeighbours.ts';
import type { ProbeTask } from '../../../src/science/probeTask.ts';
import { labelledClouds } from './labelledClouds.ts';
import { runToEnd } from './runToEnd.ts';

/** Labelled points on a line, asked at one place. */
function line(points: readonly (readonly [place: number, label: number])[], asked: number): ProbeTask {
  return {
    width: 1,
    known: Float64Array.from(points, ([place]) => place),
    knownLabels: Int32Array.from(points, ([, label]) => label),
    asked: Float64Array.of(asked),
    askedLabels: Int32Array.of(0),
  };
}

const vote = (task: ProbeTask, k?: number) => voteOfNearest(task, { from: 0, to: 1 }, k)[0];

/** All rows sorted by distance, then label; the first k counted. */
function bySorting(task: ProbeTask, q: number, k: number): number {
  const { width, known, asked, knownLabels } = task;
  const rows = [...knownLabels].map((label, i) => {
    let distance = 0;
    for (let j = 0; j < width; j++) distance += (known[i * width + j]! - asked[q * width + j]!) ** 2;
    return { label, distance };
  });
  const nearest = rows.sort((a, b) => a.distance - b.distance || a.label - b.label).slice(0, k);
  const votes = nearest.map(({ label }) => nearest.filter((one) => one.label === label).length);
  return nearest[votes.indexOf(Math.max(...votes))]!.label;
}

describe('the nearest labelled rows', () => {
  test('vote by majority', () => {
    const points = [[1, 4], [2, 4], [3, 4], [0.1, 2], [0.2, 2], [9, 2], [9, 2], [9, 2]] as const; // biome-ignore format: a line
    expect(vote(line(points, 0))).toBe(4);
    expect(vote(line(points, 0), 2)).toBe(2);
    expect(vote(line(points, 0), 8)).toBe(2);
  });

  test('with equal votes are decided by the nearest of them', () => {
    const points = [[1, 3], [2, 0], [3, 3], [4, 0]] as const; // biome-ignore format: a line
    expect(vote(line(points, 0), 4)).toBe(3);
    expect(vote(line(points, 5), 4)).toBe(0);
  });

  test('at equal distances come with the smaller label first', () => {
    expect(vote(line([[1, 8], [-1, 3]], 0), 1)).toBe(3); // biome-ignore format: a line
    expect(vote(line([[1, 3], [-1, 8]], 0), 2)).toBe(3); // biome-ignore format: a line
  });

  test('all vote when there are fewer than five', () => {
    expect(vote(line([[7, 1]], 0))).toBe(1); // biome-ignore format: a line
  });

  test('are those that sorting finds, in whatever order the labelled rows come', () => {
    const coordinate = fc.integer({ min: -2, max: 2 });
    const row = fc.record({ at: fc.tuple(coordinate, coordinate), label: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.tuple(coordinate, coordinate),
        fc.integer({ min: 1, max: 6 }),
        (rows, at, k) => {
          const taskOf = (some: typeof rows): ProbeTask => ({
            width: 2,
            known: Float64Array.from(some.flatMap((one) => one.at)),
            knownLabels: Int32Array.from(some, (one) => one.label),
            asked: Float64Array.from(at),
            askedLabels: Int32Array.of(0),
          });
          expect(vote(taskOf(rows), k)).toBe(bySorting(taskOf(rows), 0, k));
          expect(vote(taskOf(rows.toReversed()), k)).toBe(vote(taskOf(rows), k));
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });
});

test('the accuracy is the share of asked rows whose label wins, however the rows are portioned', () => {
  const { x, labels } = labelledClouds({ n: 1100, width: 3, count: 3, apart: 2, seed: 1 });
  const task: ProbeTask = {
    width: 3,
    known: Float64Array.from(x.subarray(0, 1800)),
    knownLabels: labels.subarray(0, 600),
    asked: Float64Array.from(x.subarray(1800)),
    askedLabels: labels.subarray(600),
  };
  const right = [...task.askedLabels].filter((label, q) => bySorting(task, q, 5) === label).length;
  expect(right / 500).toBeGreaterThan(0.7);
  expect(runToEnd(nearestAccuracy(task))).toBe(right / 500);
});
