import { describe, expect, test } from 'vitest';
import { crossCount, halvesOf, linearProbeAccuracy } from '../../../src/science/linearProbe.ts';
import { type ProbeTask, probeTask } from '../../../src/science/probeTask.ts';
import { labelledClouds } from './labelledClouds.ts';
import { runToEnd } from './runToEnd.ts';

/** The first `known` rows are learned from, the others asked. */
function cloudTask(at: { n: number; known: number; count: number; apart: number; seed: number }): ProbeTask {
  const { x, labels } = labelledClouds({ ...at, width: 4 });
  const rows = Uint32Array.from(labels.keys());
  return probeTask({ x, labels, rows: rows.subarray(0, at.known) }, { x, labels, rows: rows.subarray(at.known) }, 4)!;
}

describe('a linear probe', () => {
  test('gets clouds that lie apart right, and clouds in one place by chance only', () => {
    expect(runToEnd(linearProbeAccuracy(cloudTask({ n: 200, known: 40, count: 4, apart: 15, seed: 1 })))).toBe(1);
    const seeds = Array.from({ length: 60 }, (_, seed) => seed);
    const blind = seeds.map((seed) => runToEnd(linearProbeAccuracy(cloudTask({ n: 90, known: 30, count: 2, apart: 0, seed }))));
    // choosing C on the rows that are counted would show here
    expect(Math.abs(blind.reduce((a, b) => a + b) / 60 - 0.5)).toBeLessThan(0.02);
  });

  test('chooses nothing with fewer than 50 asked rows', () => {
    const task = cloudTask({ n: 139, known: 90, count: 4, apart: 2, seed: 2 });
    const probing = linearProbeAccuracy(task);
    const accuracy = runToEnd(probing);
    expect(accuracy).toBeGreaterThan(0.7);
    expect((accuracy * 49) % 1).toBeCloseTo(0, 9);
  });

  test('counts rows of a class without a labelled row as wrong', () => {
    const task = cloudTask({ n: 80, known: 40, count: 2, apart: 15, seed: 3 });
    const strange = { ...task, askedLabels: task.askedLabels.map((label, i) => (i < 10 ? 7 : label)) };
    expect(runToEnd(linearProbeAccuracy(strange))).toBe(0.75);
  });

  test('with labelled rows of one class names that class', () => {
    const task = cloudTask({ n: 80, known: 2, count: 2, apart: 1, seed: 4 });
    const single = { ...task, known: task.known.subarray(0, 4), knownLabels: task.knownLabels.subarray(0, 1) };
    const share = task.askedLabels.filter((label) => label === task.knownLabels[0]).length / task.askedLabels.length;
    expect(runToEnd(linearProbeAccuracy(single))).toBeCloseTo(share, 12);
  });

  test('breathes while it works', () => {
    let breaths = 0;
    for (const _ of linearProbeAccuracy(cloudTask({ n: 200, known: 40, count: 4, apart: 1, seed: 5 }))) breaths++;
    expect(breaths).toBeGreaterThan(20);
  });
});

describe('choosing C', () => {
  test('halves the asked rows so that each holds half of every class', () => {
    const labels = Int32Array.of(3, 3, 3, 1, 1, 1, 1, 9, 9);
    const halves = halvesOf(labels);
    for (const label of [3, 1, 9]) {
      const own = halves.filter((_, i) => labels[i] === label);
      expect(Math.abs(own.reduce((a, b) => a + b, 0) - own.length / 2)).toBeLessThanOrEqual(0.5);
    }
  });

  test('judges each half with the C of the other half, the smaller of equal ones', () => {
    const halves = Uint8Array.of(0, 0, 0, 1, 1, 1);
    const first = Uint8Array.of(1, 1, 1, 0, 0, 1);
    const second = Uint8Array.of(0, 0, 1, 1, 1, 1);
    // half 0 prefers the first, under which half 1 has one right; half 1 the second, under which half 0 has one right
    expect(crossCount([first, second], halves)).toBe(2);
    // half 0 is undecided, and only the first gets half 1 right
    expect(crossCount([Uint8Array.of(1, 0, 1, 1), Uint8Array.of(0, 1, 0, 0)], Uint8Array.of(0, 0, 1, 1))).toBe(3);
  });
});
