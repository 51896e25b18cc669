import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { philoxWords } from '../../../src/math/philox.ts';
import { fillBernoulli, fillNormal, fillUniform, permutation, type StreamName } from '../../../src/math/random.ts';

const at = { seed: 7, stream: 'noise' as StreamName, step: 3 };
const draw = (n: number, fill: (out: Float32Array) => void): Float32Array => {
  const out = new Float32Array(n);
  fill(out);
  return out;
};
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

/** Largest distance between the empirical distribution and a cumulative distribution function, times sqrt n. */
function kolmogorov(values: Float32Array, cdf: (x: number) => number): number {
  const sorted = values.slice().sort();
  const n = sorted.length;
  let largest = 0;
  sorted.forEach((x, i) => {
    largest = Math.max(largest, Math.abs(cdf(x) - i / n), Math.abs(cdf(x) - (i + 1) / n));
  });
  return largest * Math.sqrt(n);
}

/** Standard normal cumulative distribution by the series of Marsaglia (2004). */
function normalCdf(x: number): number {
  let sum = x;
  let term = x;
  for (let i = 3; Math.abs(term) > 1e-17; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-(x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Philox as its paper writes it, with whole numbers of any size. */
function philoxByTheBook(counter: readonly bigint[], key: readonly bigint[]): number[] {
  const mask = 0xffffffffn;
  let [c0, c1, c2, c3] = counter as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0;
    const p1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3].map(Number);
}

describe('Philox 4x32-10', () => {
  const pair = (low: number, high: number): number => high * 2 ** 32 + low;
  // known answers of the Random123 distribution (kat_vectors); counter words are block low, block high, step low, step high
  it('gives the published words for zeros', () => {
    const out = new Uint32Array(4);
    philoxWords(out, 1, { seed: 0, stream: 0, step: 0, block: 0 });
    expect([...out]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  it('gives the published words for ones and for the digits of pi, by the reference written out', () => {
    const ones = 0xffffffffn;
    expect(philoxByTheBook([ones, ones, ones, ones], [ones, ones])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    expect(philoxByTheBook([0x243f6a88n, 0x85a308d3n, 0x13198a2en, 0x03707344n], [0xa4093822n, 0x299f31d0n])).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });

  it('agrees with the reference at every counter and key', () => {
    const word = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff));
    const high = fc.integer({ min: 0, max: 2 ** 21 - 1 });
    fc.assert(
      fc.property(word, word, word, high, word, high, (seed, stream, blockLow, blockHigh, stepLow, stepHigh) => {
        const out = new Uint32Array(4);
        philoxWords(out, 1, { seed, stream, step: pair(stepLow, stepHigh), block: pair(blockLow, blockHigh) });
        expect([...out]).toEqual(philoxByTheBook([blockLow, blockHigh, stepLow, stepHigh].map(BigInt), [BigInt(seed), BigInt(stream)]));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('random fillings', () => {
  const fills: [string, (out: Float32Array, place: typeof at & { from?: number }) => void][] = [
    ['uniform', (out, place) => fillUniform(out, place)],
    ['normal', (out, place) => fillNormal(out, place)],
    ['Bernoulli', (out, place) => fillBernoulli(out, place, 0.4)],
  ];

  it.each(fills)('%s numbers depend on their index only, in whatever portions they are drawn', (_, fill) => {
    const whole = draw(20_000, (out) => fill(out, at));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 19_000 }), fc.integer({ min: 1, max: 9_000 }), (from, wanted) => {
        const length = Math.min(wanted, whole.length - from);
        expect(draw(length, (out) => fill(out, { ...at, from }))).toEqual(whole.slice(from, from + length));
      }),
      { numRuns: 60 },
    );
  });

  it.each(fills)('%s numbers change with the seed, the stream and the step', (_, fill) => {
    const first = draw(64, (out) => fill(out, at));
    for (const place of [
      { ...at, seed: 8 },
      { ...at, stream: 'mask' as const },
      { ...at, step: 4 },
      { ...at, step: 3 + 2 ** 32 },
    ])
      expect(draw(64, (out) => fill(out, place))).not.toEqual(first);
  });

  it('uniform numbers are uniform on [lo, hi)', () => {
    const values = draw(100_000, (out) => fillUniform(out, at, -2, 3));
    expect(kolmogorov(values, (x) => (x + 2) / 5)).toBeLessThan(1.63);
    expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...values.slice(0, 50_000))).toBeLessThan(3);
  });

  it('normal numbers are standard normal: distribution, moments up to the fourth', () => {
    const values = draw(200_000, (out) => fillNormal(out, at));
    expect(kolmogorov(values, normalCdf)).toBeLessThan(1.63);
    for (const [power, moment, deviation] of [
      [1, 0, 1],
      [2, 1, Math.SQRT2],
      [3, 0, Math.sqrt(15)],
      [4, 3, Math.sqrt(96)],
    ] as const)
      expect(Math.abs(mean(values.map((v) => v ** power)) - moment)).toBeLessThan((3.5 * deviation) / Math.sqrt(values.length));
  });

  it('neighbouring normal numbers are uncorrelated', () => {
    const values = draw(200_000, (out) => fillNormal(out, at));
    for (const lag of [1, 2, 3, 4, 64]) {
      const products = values.slice(lag).map((v, i) => v * values[i]!);
      expect(Math.abs(mean(products))).toBeLessThan(3.5 / Math.sqrt(products.length));
    }
  });

  it('normal numbers follow Box and Muller to float32 accuracy', () => {
    const n = 400_000;
    const words = new Uint32Array(n);
    philoxWords(words, n / 4, { seed: at.seed, stream: 4, step: at.step, block: 0 });
    const values = draw(n, (out) => fillNormal(out, at));
    let largest = 0;
    for (let i = 0; i < n; i += 2) {
      const radius = Math.sqrt(-2 * Math.log((words[i]! + 0.5) / 2 ** 32));
      const quarter = words[i + 1]! >>> 30;
      const remainder = ((words[i + 1]! << 2) >> 2) + 0.5;
      const angle = (Math.PI / 2) * (quarter + remainder / 2 ** 30);
      const wrong = Math.max(Math.abs(values[i]! - radius * Math.cos(angle)), Math.abs(values[i + 1]! - radius * Math.sin(angle)));
      largest = Math.max(largest, wrong / radius);
    }
    expect(largest).toBeLessThan(3e-7);
  });

  it('Bernoulli numbers are ones at the given rate, and exactly none or all at 0 and 1', () => {
    const n = 200_000;
    for (const p of [0.01, 0.25, 0.5, 0.9])
      expect(Math.abs(mean(draw(n, (out) => fillBernoulli(out, at, p))) - p)).toBeLessThan(3.5 * Math.sqrt((p * (1 - p)) / n));
    expect(mean(draw(n, (out) => fillBernoulli(out, at, 0)))).toBe(0);
    expect(mean(draw(n, (out) => fillBernoulli(out, at, 1)))).toBe(1);
  });

  it('streams are uncorrelated with each other', () => {
    const streams: StreamName[] = [
      'init',
      'split',
      'order',
      'noise',
      'mask',
      'dropout',
      'labels',
      'sampling',
      'evaluation',
      'data',
      'view',
    ];
    const drawn = streams.map((stream) => draw(20_000, (out) => fillNormal(out, { ...at, stream })));
    for (let a = 0; a < drawn.length; a++)
      for (let b = 0; b < a; b++) expect(Math.abs(mean(drawn[a]!.map((v, i) => v * drawn[b]![i]!)))).toBeLessThan(4 / Math.sqrt(20_000));
  });

  it('keeps the numbers of stored runs: the first of each kind are these', () => {
    const place = { seed: 0, stream: 'init' as const, step: 0 };
    expect([...draw(3, (out) => fillUniform(out, place))]).toMatchInlineSnapshot(`
      [
        0.9916723966598511,
        0.9784903526306152,
        0.201185941696167,
      ]
    `);
    expect([...draw(3, (out) => fillNormal(out, place))]).toMatchInlineSnapshot(`
      [
        -0.01742495410144329,
        -0.12814565002918243,
        1.0251771211624146,
      ]
    `);
    expect([...permutation(8, { ...place, stream: 'order' })]).toMatchInlineSnapshot(`
      [
        7,
        6,
        5,
        4,
        1,
        3,
        2,
        0,
      ]
    `);
  });
});

describe('permutations', () => {
  it('hold every number once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 0xffffffff }), (n, seed) => {
        const order = permutation(n, { seed, stream: 'split', step: 0 });
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it('of four things are all equally frequent', () => {
    const counts = new Map<string, number>();
    const draws = 24_000;
    for (let step = 0; step < draws; step++) {
      const key = permutation(4, { seed: 5, stream: 'order', step }).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const expected = draws / 24;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(49.7); // 0.1 % of 23 degrees of freedom
  });
});
