import { describe, expect, test } from 'vitest';
import { memoised } from '../../../src/search/memoised.ts';
import { randomModel } from './randomModels.ts';
import { beam, exact, run } from './runSearch.ts';
import { tableNext } from './tableNext.ts';

const prefixModel = (seed: number) => randomModel({ seed, size: 5, hasEnd: true, most: 0, order: null });

describe('a model that remembers', () => {
  test('answers as the model itself', () => {
    const plain = run(prefixModel(1), 6, beam);
    expect(run(memoised(prefixModel(1)), 6, beam)).toEqual(plain);
    const stateful = randomModel({ seed: 1, size: 5, hasEnd: true, most: 0, order: 1 });
    expect(run(memoised(stateful), 6, exact)).toEqual(run(stateful, 6, exact));
  });

  test('asks nothing new for another length penalty or fewer beams, and counts both', () => {
    const table = tableNext('""{a .6,b .4} a{a .5,E .5} b{b .5,E .5} aa{E 1} bb{E 1}');
    const model = memoised(table);
    const first = run(model, 3, { ...beam, stopping: 'first' });
    expect([model.calls, model.newCalls]).toEqual([first.modelCalls, first.modelCalls]);
    const asked = table.asked.length;
    const second = run(model, 3, { ...beam, beams: 2, lengthPenalty: { kind: 'power', alpha: 1 } });
    expect(table.asked.length).toBe(asked);
    expect([model.calls, model.newCalls]).toEqual([first.modelCalls + second.modelCalls, first.modelCalls]);
  });

  test('asks once about two prefixes of one state', () => {
    const model = memoised(randomModel({ seed: 2, size: 3, hasEnd: true, most: 0, order: 1 }));
    const [a, b] = model.next([
      [0, 1],
      [1, 1],
    ]);
    expect(a).toBe(b);
    expect([model.calls, model.newCalls]).toEqual([2, 1]);
  });

  test('keeps to its memory, forgets what was not asked for the longest, and still answers a batch larger than it', () => {
    const row = 5 * 8 + 200 + 2;
    const model = memoised(prefixModel(3), 3 * row + 10);
    for (const token of [0, 1, 2, 0, 3]) model.next([[token]]);
    expect(model.sizeBytes).toBeLessThanOrEqual(3 * row + 10);
    const known = model.newCalls;
    model.next([[0]]);
    expect(model.newCalls).toBe(known);
    model.next([[1]]);
    expect(model.newCalls).toBe(known + 1);
    const batch = model.next(Array.from({ length: 50 }, (_, i) => [i, i]));
    expect(batch.every((each) => each.length === 5)).toBe(true);
  });

  test('does not keep a row that the model may write over', () => {
    const shared = Float64Array.of(0, Number.NEGATIVE_INFINITY);
    const model = memoised({ size: 2, end: null, next: (prefixes) => prefixes.map(() => shared) });
    model.next([[0]]);
    shared.fill(-1);
    expect([...model.next([[0]])[0]!]).toEqual([0, Number.NEGATIVE_INFINITY]);
  });
});
