import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learningRateAt } from '../../../src/science/schedule.ts';

const plan = fc.record({
  learningRate: fc.double({ min: 1e-6, max: 1, noNaN: true }),
  schedule: fc.constantFrom('constant', 'cosine', 'linear'),
  warmupSteps: fc.nat(20),
});

describe('the learning rate', () => {
  test('stays between 0 and the configured rate, rises through the warmup and never rises after it', () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 2, max: 60 }), (optimizer, total) => {
        let before = 0;
        for (let step = 1; step <= total; step++) {
          const rate = learningRateAt(optimizer as Parameters<typeof learningRateAt>[0], step, total);
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThanOrEqual(optimizer.learningRate);
          if (step <= optimizer.warmupSteps) expect(rate).toBeGreaterThan(before);
          else if (step > 1) expect(rate).toBeLessThanOrEqual(before);
          before = rate;
        }
      }),
    );
  });

  const base = { learningRate: 0.1, warmupSteps: 0 };
  test.each(['cosine', 'linear'] as const)('%s starts at the rate, passes half of it in the middle and ends at 0', (schedule) => {
    expect(learningRateAt({ ...base, schedule }, 1, 101)).toBe(0.1);
    expect(learningRateAt({ ...base, schedule }, 51, 101)).toBeCloseTo(0.05, 12);
    expect(learningRateAt({ ...base, schedule }, 101, 101)).toBe(0);
  });

  test('the warmup is linear and reaches the rate at its last step', () => {
    const optimizer = { learningRate: 0.1, schedule: 'cosine', warmupSteps: 10 } as const;
    expect(learningRateAt(optimizer, 1, 100)).toBeCloseTo(0.01, 12);
    expect(learningRateAt(optimizer, 5, 100)).toBeCloseTo(0.05, 12);
    expect(learningRateAt(optimizer, 10, 100)).toBe(0.1);
    expect(learningRateAt(optimizer, 100, 100)).toBe(0);
  });

  test('a run of a single step moves at the full rate', () => {
    expect(learningRateAt({ ...base, schedule: 'cosine' }, 1, 1)).toBe(0.1);
  });
});
