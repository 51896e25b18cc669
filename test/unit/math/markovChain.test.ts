import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarkovChain } from '../../../src/math/markovChain.ts';

/** Transitions with some zeros; every row sums to 1 and state i reaches i + 1, so that the chain holds together. */
const transitions = fc.integer({ min: 1, max: 4 }).chain((n) =>
  fc
    .array(fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0.05, max: 1, noNaN: true })), { minLength: n, maxLength: n }), {
      minLength: n,
      maxLength: n,
    })
    .map((rows) =>
      rows.map((row, i) => {
        const weights = row.map((w, j) => (j === (i + 1) % n ? w + 0.1 : w));
        const sum = weights.reduce((a, b) => a + b, 0);
        return weights.map((w) => w / sum);
      }),
    ),
);

/** Every text of some length with its probability under the stationary chain. */
function enumerateTexts(rows: readonly (readonly number[])[], pi: Float64Array, length: number): { text: number[]; chance: number }[] {
  let texts = rows.map((_, i) => ({ text: [i], chance: pi[i]! }));
  for (let t = 1; t < length; t++)
    texts = texts.flatMap(({ text, chance }) => rows[text.at(-1)!]!.map((p, next) => ({ text: [...text, next], chance: chance * p })));
  return texts;
}

/** H(what | given), by adding up the chances of all texts. */
function conditionalEntropy(texts: { text: number[]; chance: number }[], what: number, given: number[]): number {
  const joint = new Map<string, number>();
  const marginal = new Map<string, number>();
  for (const { text, chance } of texts) {
    const key = given.map((at) => text[at]).join();
    marginal.set(key, (marginal.get(key) ?? 0) + chance);
    const both = `${key}|${text[what]}`;
    joint.set(both, (joint.get(both) ?? 0) + chance);
  }
  let entropy = 0;
  for (const [key, chance] of joint) if (chance > 0) entropy -= chance * Math.log(chance / marginal.get(key.split('|')[0]!)!);
  return entropy;
}

const chainOf = (rows: readonly (readonly number[])[]) => new MarkovChain(Float64Array.from(rows.flat()));

describe('a Markov chain', () => {
  it('of two states has the published closed forms', () => {
    const chain = chainOf([
      [0.9, 0.1],
      [0.2, 0.8],
    ]);
    expect([...chain.stationary!]).toEqual([expect.closeTo(2 / 3, 14), expect.closeTo(1 / 3, 14)]);
    const h = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    expect(chain.entropyRate()).toBeCloseTo((2 / 3) * h(0.1) + (1 / 3) * h(0.2), 14);
  });

  it('keeps its stationary distribution, whatever its transitions', () => {
    fc.assert(
      fc.property(transitions, (rows) => {
        const pi = chainOf(rows).stationary!;
        rows.forEach((_, j) => {
          expect(rows.reduce((sum, row, i) => sum + pi[i]! * row[j]!, 0)).toBeCloseTo(pi[j]!, 12);
        });
        expect(pi.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('has one distribution where it turns in a circle or leaves states for good, and none to name where it falls apart', () => {
    expect([
      ...chainOf([
        [0, 1],
        [1, 0],
      ]).stationary!,
    ]).toEqual([0.5, 0.5]);
    expect([
      ...chainOf([
        [0.5, 0.5],
        [0, 1],
      ]).stationary!,
    ]).toEqual([0, 1]);
    expect(
      chainOf([
        [1, 0],
        [0, 1],
      ]).stationary,
    ).toBeNull();
    expect(() =>
      chainOf([
        [1, 0],
        [0, 1],
      ]).entropyRate(),
    ).toThrow('more than one');
  });

  it('has the entropies that adding up all texts gives', () => {
    fc.assert(
      fc.property(transitions, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), (rows, left, right) => {
        const chain = chainOf(rows);
        const texts = enumerateTexts(rows, chain.stationary!, left + right + 1);
        expect(chain.entropyRate()).toBeCloseTo(conditionalEntropy(texts, 1, [0]), 10);
        expect(chain.entropyRate(left)).toBeCloseTo(conditionalEntropy(texts, left, [0]), 10);
        expect(chain.hiddenEntropy(left, right)).toBeCloseTo(conditionalEntropy(texts, left, [0, left + right]), 10);
      }),
      { numRuns: 50 },
    );
  });

  it('guesses a hidden token as counting all texts does', () => {
    const at = fc.option(fc.record({ token: fc.nat(), distance: fc.integer({ min: 1, max: 3 }) }), { nil: null });
    fc.assert(
      fc.property(transitions, at, at, (rows, before, after) => {
        const chain = chainOf(rows);
        const n = rows.length;
        const left = before && { ...before, token: before.token % n };
        const right = after && { ...after, token: after.token % n };
        const place = left?.distance ?? 0;
        const texts = enumerateTexts(rows, chain.stationary!, place + 1 + (right?.distance ?? 0));
        const chances = new Array<number>(n).fill(0);
        for (const { text, chance } of texts)
          if ((!left || text[0] === left.token) && (!right || text.at(-1) === right.token)) chances[text[place]!]! += chance;
        const sum = chances.reduce((a, b) => a + b, 0);
        // a state that is left for good has no texts to count
        if (left && chain.stationary![left.token] === 0) return;
        const posterior = chain.posterior(left, right);
        chances.forEach((chance, x) => {
          expect(posterior[x]).toBeCloseTo(sum === 0 ? 0 : chance / sum, 10);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('costs more to guess the more of its neighbours are hidden', () => {
    const chain = chainOf([
      [0.9, 0.1],
      [0.2, 0.8],
    ]);
    expect(chain.meanHiddenEntropy(0)).toBe(chain.hiddenEntropy());
    expect(chain.meanHiddenEntropy(0.15)).toBeGreaterThan(chain.hiddenEntropy());
    expect(chain.meanHiddenEntropy(0.9)).toBeLessThan(-(2 / 3) * Math.log(2 / 3) - (1 / 3) * Math.log(1 / 3));
    let [sum, weights] = [0, 0];
    for (let d = 1; d < 40; d++)
      for (let e = 1; e < 40; e++) {
        sum += 0.15 ** (d + e - 2) * chain.hiddenEntropy(d, e);
        weights += 0.15 ** (d + e - 2);
      }
    expect(chain.meanHiddenEntropy(0.15)).toBeCloseTo(sum / weights, 10);
  });

  it('within a window is the mean over all ways of hiding its other tokens, by enumeration', () => {
    const rows = [
      [0.1, 0.6, 0.3],
      [0.5, 0.2, 0.3],
      [0.1, 0.1, 0.8],
    ];
    const chain = chainOf(rows);
    const ratio = 0.3;
    for (const width of [1, 2, 4]) {
      const texts = enumerateTexts(rows, chain.stationary!, width);
      let sum = 0;
      for (let place = 0; place < width; place++) {
        const others = Array.from({ length: width }, (_, at) => at).filter((at) => at !== place);
        for (let shown = 0; shown < 2 ** others.length; shown++) {
          const visible = others.filter((_, i) => (shown >> i) & 1);
          const chance = (1 - ratio) ** visible.length * ratio ** (others.length - visible.length);
          sum += chance * conditionalEntropy(texts, place, visible);
        }
      }
      expect(chain.windowHiddenEntropy(ratio, width)).toBeCloseTo(sum / width, 10);
    }
    expect(chain.windowHiddenEntropy(ratio, 400)).toBeCloseTo(chain.meanHiddenEntropy(ratio), 2);
  });
});
