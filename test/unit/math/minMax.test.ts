import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Column } from '../../../src/math/column.ts';
import { type CurveRange, MinMaxPyramid, thinToPairs } from '../../../src/math/minMax.ts';

type Points = [number, number][];

/** The thinning by its definition: filter, sort, look at every point. */
function byBruteForce(points: Points, { from, to, pairs }: CurveRange): Points {
  const inside = points.filter(([step]) => step >= from && step <= to);
  if (inside.length <= 2 * pairs) return inside;
  const start = inside[0]![0];
  const width = (inside.at(-1)![0] - start) / pairs;
  const kept = new Set<number>([0, inside.length - 1]);
  for (let pair = 0; pair < pairs; pair++) {
    const members = inside
      .map((_, i) => i)
      .filter(
        (i) => (pair === 0 || inside[i]![0] >= start + pair * width) && (pair === pairs - 1 || inside[i]![0] < start + (pair + 1) * width),
      );
    const finite = members.filter((i) => Number.isFinite(inside[i]![1]));
    const values = finite.map((i) => inside[i]![1]);
    const low = finite.find((i) => inside[i]![1] === Math.min(...values));
    const high = finite.find((i) => inside[i]![1] === Math.max(...values));
    const broken = members.find((i) => !Number.isFinite(inside[i]![1]));
    for (const i of [low, high, broken]) if (i !== undefined) kept.add(i);
  }
  return [...kept].sort((a, b) => a - b).map((i) => inside[i]!);
}

const pairsOf = (interleaved: Float64Array): Points =>
  Array.from({ length: interleaved.length / 2 }, (_, i) => [interleaved[2 * i]!, interleaved[2 * i + 1]!]);

const value = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: -50, max: 50 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
);
const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), value), { maxLength: 1200, size: 'max' }).map((gaps) => {
  let step = 0;
  return gaps.map(([gap, y]): [number, number] => {
    step += gap;
    return [step, y];
  });
});
const range = fc.record({
  from: fc.double({ min: -5, max: 2000, noNaN: true }),
  to: fc.oneof(fc.double({ min: -5, max: 4000, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY)),
  pairs: fc.integer({ min: 1, max: 40 }),
});

describe('thinning a curve', () => {
  it('keeps the first, the last, and the extremes of every stretch, as its definition says', () => {
    fc.assert(
      fc.property(points, range, (curve, wanted) => {
        const steps = Uint32Array.from(curve, ([step]) => step);
        const values = Float64Array.from(curve, ([, y]) => y);
        expect(pairsOf(thinToPairs({ steps, values }, wanted))).toEqual(byBruteForce(curve, wanted));
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same from a pyramid, while points come and are cut off again', () => {
    const action = fc.oneof(
      { weight: 4, arbitrary: points.map((curve) => ({ curve })) },
      { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((share) => ({ share })) },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(action, range), { maxLength: 6 }), (actions) => {
        const column = new Column();
        const pyramid = new MinMaxPyramid(column);
        let last = 0;
        for (const [what, wanted] of actions) {
          if ('curve' in what) for (const [step, y] of what.curve) column.push(last + step, y);
          else column.cutAfter(Math.floor(last * what.share));
          last = column.length > 0 ? column.steps[column.length - 1]! : 0;
          expect(pyramid.thin(wanted)).toEqual(thinToPairs({ steps: column.steps, values: column.values }, wanted));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('breaks the line where values are not finite, and never takes them for an extreme', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i === 500 ? Number.NaN : i === 700 ? Number.POSITIVE_INFINITY : i % 10));
    const thinned = pairsOf(thinToPairs({ steps: values.map((_, i) => i), values }, { from: 0, to: 999, pairs: 10 }));
    expect(thinned.filter(([, y]) => !Number.isFinite(y))).toEqual([
      [500, Number.NaN],
      [700, Number.POSITIVE_INFINITY],
    ]);
    expect(Math.max(...thinned.map(([, y]) => y).filter(Number.isFinite))).toBe(9);
  });

  it('is empty for an empty curve and for a range without points', () => {
    const pyramid = new MinMaxPyramid(new Column());
    expect(pyramid.thin({ from: 0, to: 10, pairs: 5 }).length).toBe(0);
    pyramid.column.push(20, 1);
    expect(pyramid.thin({ from: 0, to: 10, pairs: 5 }).length).toBe(0);
    expect([...pyramid.thin({ from: 0, to: 20, pairs: 5 })]).toEqual([20, 1]);
  });
});
