import { describe, expect, test } from 'vitest';
import { Probe, type ProbedData } from '../../../src/science/probe.ts';
import { probeTask } from '../../../src/science/probeTask.ts';
import { labelledClouds } from './labelledClouds.ts';
import { runToEnd } from './runToEnd.ts';

/** 300 training and 100 validation rows of four classes in six inputs. */
function clouds(seed = 1): ProbedData {
  const { x, labels } = labelledClouds({ n: 400, width: 6, count: 4, apart: 2, seed });
  return {
    inputs: 6,
    train: { x: x.subarray(0, 1800), labels: labels.subarray(0, 300) },
    validation: { x: x.subarray(1800), labels: labels.subarray(300) },
  };
}

const own = ['probe.linear.accuracy', 'probe.knn.accuracy'];
const baselines = ['probe.linear.raw.accuracy', 'probe.knn.raw.accuracy', 'probe.linear.pca.accuracy', 'probe.knn.pca.accuracy'];

describe('a probe', () => {
  test('of codes that are the inputs finds what the raw baseline finds', () => {
    const data = clouds();
    const metrics = runToEnd(Probe.of(data, 60, 0)!.measure(data.train.x, data.validation.x));
    expect(Object.keys(metrics).sort()).toEqual([...own, ...baselines].sort());
    expect(metrics['probe.linear.accuracy']).toBe(metrics['probe.linear.raw.accuracy']);
    expect(metrics['probe.knn.accuracy']).toBe(metrics['probe.knn.raw.accuracy']);
    for (const value of Object.values(metrics)) {
      expect(value).toBeGreaterThan(0.5);
      expect(value).toBeLessThanOrEqual(1);
    }
  });

  test('of codes that say nothing is left to chance, and the baselines stay', () => {
    const data = clouds();
    const probe = Probe.of(data, 60, 0)!;
    const before = runToEnd(probe.measure(data.train.x, data.validation.x));
    const silent = runToEnd(probe.measure(new Float32Array(300), new Float32Array(100)));
    for (const name of own) expect(silent[name]).toBeLessThan(0.5);
    for (const name of baselines) expect(silent[name]).toBe(before[name]);
  });

  test('is given up and taken up again without harm', () => {
    const data = clouds();
    const probe = Probe.of(data, 60, 0)!;
    const given = probe.measure(data.train.x, data.validation.x);
    for (let breath = 0; breath < 5; breath++) expect(given.next().done).toBe(false);
    const fresh = runToEnd(Probe.of(data, 60, 0)!.measure(data.train.x, data.validation.x));
    expect(runToEnd(probe.measure(data.train.x, data.validation.x))).toEqual(fresh);
  });

  test('has no accuracy of codes that are not finite', () => {
    const data = clouds();
    const broken = data.validation.x.map((value, i) => (i === 3 ? Number.NaN : value));
    expect(Object.keys(runToEnd(Probe.of(data, 60, 0)!.measure(data.train.x, broken))).sort()).toEqual([...baselines].sort());
  });

  test('leaves rows without a label out', () => {
    const data = clouds();
    const known = data.validation.labels!.map((label, i) => (i < 40 ? -1 : label));
    const some = { ...data, validation: { ...data.validation, labels: known } };
    const metrics = runToEnd(Probe.of(some, 60, 0)!.measure(data.train.x, data.validation.x));
    for (const value of Object.values(metrics)) expect(Math.abs(value * 60 - Math.round(value * 60))).toBeLessThan(1e-9);
  });

  test('is not to be had without labels or without validation rows', () => {
    const data = clouds();
    expect(Probe.of({ ...data, train: { x: data.train.x, labels: null } }, 60, 0)).toBeNull();
    expect(Probe.of({ ...data, validation: { x: new Float32Array(0), labels: new Int32Array(0) } }, 60, 0)).toBeNull();
    expect(Probe.of({ ...data, train: { x: data.train.x, labels: new Int32Array(300).fill(-1) } }, 60, 0)).toBeNull();
  });

  test('takes more components than inputs as all of them', () => {
    const data = clouds();
    const wide = (x: Float32Array) => Float32Array.from({ length: (x.length / 6) * 9 }, (_, i) => x[(i % 9) % 6] ?? 0);
    const metrics = runToEnd(Probe.of(data, 60, 0)!.measure(wide(data.train.x), wide(data.validation.x)));
    expect(metrics['probe.linear.pca.accuracy']).toBeGreaterThan(0.5);
  });
});

test('only the labelled rows enter the units of the features', () => {
  const [known, asked] = [
    { x: Float32Array.of(0, 2, 4, 1000), labels: Int32Array.of(0, 1, 0, 1), rows: Uint32Array.of(0, 2) },
    { x: Float32Array.of(2, 6, -500), labels: Int32Array.of(1, 0, 1), rows: Uint32Array.of(0, 1) },
  ];
  const task = probeTask(known, asked, 1)!;
  expect([...task.known]).toEqual([-1, 1]);
  expect([...task.asked]).toEqual([0, 2]);
  expect([...task.knownLabels, ...task.askedLabels]).toEqual([0, 0, 1, 0]);
});
