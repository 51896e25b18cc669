import { describe, expect, test } from 'vitest';
import type { DownstreamArm } from '../../../src/experiment/autoencoder.ts';
import { type RunDownstream, startDownstream, takeMeasure } from '../../../src/run/downstreamState.ts';
import { downstreamMetrics, estimateOf, summariseDownstream } from '../../../src/run/downstreamSummary.ts';
import { downstreamLine, downstreamSentences } from '../../../src/run/downstreamWords.ts';
import { labelWorth } from '../../../src/run/labelWorth.ts';

/** A comparison whose accuracies are given by arm and budget, one a draw. */
function comparison(accuracies: Partial<Record<DownstreamArm, Record<number, number[]>>>, labels = [10, 100]): RunDownstream {
  const arms = Object.keys(accuracies) as DownstreamArm[];
  const draws = Math.max(...Object.values(accuracies).flatMap((byLabels) => Object.values(byLabels).map((values) => values.length)));
  const head = { hidden: [], loss: 'crossEntropy' as const };
  const classes = ['a', 'b'];
  const started = { kind: 'downstreamStarted', step: 5, arms, labels, draws, head, transductive: false, classes, testRows: 40 } as const;
  const downstream = startDownstream({ ...started, labels: [...labels], head: { ...head, hidden: [] } });
  for (const arm of arms)
    for (const [budget, values] of Object.entries(accuracies[arm]!))
      values.forEach((accuracy, draw) => {
        const losses = { crossEntropy: 1 - accuracy, squared: 2 - accuracy, hinge: 3 - accuracy };
        const measured = {
          kind: 'downstreamMeasured',
          step: 5,
          arm,
          labels: Number(budget),
          draw,
          accuracy,
          losses,
          strength: 1,
          unseen: [],
        } as const;
        takeMeasure(downstream, { ...measured, unseen: [] });
      });
  return downstream;
}

describe('an estimate', () => {
  test('is the mean with the t interval of its draws', () => {
    // Student's own example: ten differences of sleep, mean 1.58, sd 1.23, interval 0.70 to 2.46 (Student 1908)
    const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];
    const { mean, sd, half } = estimateOf(sleep);
    expect(mean).toBeCloseTo(1.58, 10);
    expect(sd).toBeCloseTo(1.229995, 5);
    expect(half).toBeCloseTo(0.879886, 5);
  });

  test('has no interval with one draw', () => {
    expect(estimateOf([0.5])).toEqual({ mean: 0.5, sd: null, half: null, draws: 1 });
  });
});

describe('a summary', () => {
  const downstream = comparison({
    raw: { 10: [0.5, 0.6, 0.7], 100: [0.8, 0.8, 0.8] },
    frozen: { 10: [0.61, 0.7, 0.81], 100: [0.8, 0.79, 0.82] },
  });

  test('pairs the arms draw by draw, so that what all draws share is no noise', () => {
    const { differences, points } = summariseDownstream(downstream);
    expect(differences.map(({ arms, labels }) => [...arms, labels])).toEqual([
      ['frozen', 'raw', 10],
      ['frozen', 'raw', 100],
    ]);
    const [few, many] = differences;
    expect(few!.difference.mean).toBeCloseTo(0.32 / 3, 10);
    expect(few!.exceedsNoise).toBe(true);
    expect(many!.exceedsNoise).toBe(false);
    // the same means unpaired: each interval reaches far over the other mean
    expect(points[0]!.accuracy.half).toBeGreaterThan(0.2);
  });

  test('counts what is done and what is to come', () => {
    expect(summariseDownstream(downstream)).toMatchObject({ done: 12, total: 12 });
    downstream.measured.pop();
    expect(summariseDownstream(downstream)).toMatchObject({ done: 11, total: 12 });
  });

  test('is the same whatever was measured first', () => {
    const turned = { ...downstream, measured: downstream.measured.toReversed() };
    expect(summariseDownstream(turned)).toEqual(summariseDownstream(downstream));
  });

  test('names its metrics as claims do', () => {
    const metrics = downstreamMetrics(comparison({ scratch: { 10: [0.5, 0.6] }, fineTune: { 10: [0.7, 0.9] } }, [10]));
    expect(metrics['downstream.fineTune-scratch.10']).toBeCloseTo(0.25, 12);
    expect(Object.keys(metrics)).toEqual([
      'downstream.scratch.10.accuracy',
      'downstream.scratch.10.accuracy.sd',
      'downstream.scratch.10.accuracy.ci',
      'downstream.fineTune.10.accuracy',
      'downstream.fineTune.10.accuracy.sd',
      'downstream.fineTune.10.accuracy.ci',
      'downstream.fineTune-scratch.10',
      'downstream.fineTune-scratch.10.ci',
    ]);
    expect(Object.keys(downstreamMetrics(comparison({ raw: { 10: [0.5] } }, [10])))).toEqual(['downstream.raw.10.accuracy']);
  });
});

describe('worth in labels', () => {
  test('is read off the line of scratch over the logarithm of the labels', () => {
    // 0.4 at 10 and 0.8 at 1000 labels: 0.6 lies half way, at 100
    const downstream = comparison({ scratch: { 10: [0.4, 0.4], 1000: [0.8, 0.8] }, frozen: { 10: [0.6, 0.6] } }, [10, 1000]);
    const worth = labelWorth(downstream, 'frozen', 10)!;
    expect(worth.needed).toBeCloseTo(100, 6);
    expect(worth.low).toBeCloseTo(100, 6);
    expect(worth.high).toBeCloseTo(100, 6);
  });

  test('has the interval of the places where the paired difference is within its noise', () => {
    const downstream = comparison(
      { scratch: { 10: [0.38, 0.4, 0.42], 1000: [0.8, 0.8, 0.8] }, frozen: { 10: [0.57, 0.6, 0.63] } },
      [10, 1000],
    );
    const { needed, low, high } = labelWorth(downstream, 'frozen', 10)!;
    expect(needed).toBeCloseTo(100, 6);
    // at t along the logarithm the lead of a draw is 0.2 - 0.4 t, spread by 0.03 - 0.02 (1 - t); the factor is 4.3027 / sqrt 3
    const factor = 4.302652729 / Math.sqrt(3);
    const edge = (sign: number) => (0.2 + sign * factor * 0.01) / (0.4 - sign * factor * 0.02);
    expect(Math.log10(high / 10) / 2).toBeCloseTo(edge(1), 3);
    expect(Math.log10(low / 10) / 2).toBeCloseTo(edge(-1), 3);
    expect(low).toBeLessThan(needed);
    expect(high).toBeGreaterThan(needed);
  });

  test('is more than measured above the whole line and fewer below it', () => {
    const scratch = { 10: [0.4, 0.41], 100: [0.6, 0.61] };
    expect(labelWorth(comparison({ scratch, frozen: { 10: [0.9, 0.91] } }), 'frozen', 10)).toMatchObject({
      needed: Number.POSITIVE_INFINITY,
      low: Number.POSITIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
    expect(labelWorth(comparison({ scratch, frozen: { 10: [0.1, 0.11] } }), 'frozen', 10)).toMatchObject({ needed: 0, low: 0, high: 0 });
  });

  test('leaves the interval open with one draw, and says nothing without scratch', () => {
    const one = comparison({ scratch: { 10: [0.4], 100: [0.6] }, frozen: { 10: [0.5] } });
    expect(labelWorth(one, 'frozen', 10)).toMatchObject({ low: 0, high: Number.POSITIVE_INFINITY });
    expect(labelWorth(comparison({ raw: { 10: [0.4] }, frozen: { 10: [0.5] } }), 'frozen', 10)).toBeNull();
  });
});

describe('in words', () => {
  const accuracies = {
    scratch: { 10: [0.4, 0.41, 0.42], 100: [0.8, 0.82, 0.81] },
    fineTune: { 10: [0.6, 0.6, 0.63], 100: [0.81, 0.8, 0.82] },
  };

  test('says which differences exceed the noise, which do not, and what the encoder is worth', () => {
    const sentences = downstreamSentences(comparison(accuracies));
    expect(sentences[0]).toBe('accuracy on 40 test rows, mean of 3 draws ± its 95 % interval');
    expect(sentences[1]).toBe(
      'fineTune is better than scratch with 10 labels (+0.200 ± 0.025), does not differ from scratch by more than the noise with 100 labels (+0.000 ± 0.043)',
    );
    expect(sentences[2]).toMatch(/^10 labels with fineTune are worth 32 with scratch \(95 %: \d+ to \d+\)$/);
    expect(sentences[3]).toMatch(/^100 labels with fineTune are worth (100|more than 100) with scratch \(95 %: \d+ to more than 100\)$/);
  });

  test('says that a comparison is transductive, unfinished, or misses classes', () => {
    const downstream = { ...comparison(accuracies), transductive: true, draws: 5 };
    downstream.measured[0]!.unseen = [1];
    const sentences = downstreamSentences(downstream);
    expect(sentences[0]).toMatch(/^12 of 20 fits so far; /);
    expect(sentences[1]).toBe('transductive: the encoder has seen the inputs of the test rows');
    expect(sentences[2]).toBe('up to 1 of 2 classes had no labelled row in a draw: their test rows count as wrong');
  });

  test('closes with the encoder at its best against none, at the middle budget', () => {
    expect(downstreamLine(comparison(accuracies))).toBe('fineTune 0.610 ± 0.043, scratch 0.410 ± 0.025 with 10 labels');
    expect(downstreamLine(comparison({ raw: { 10: [0.5] } }, [10]))).toBe('raw 0.500 with 10 labels');
  });
});
