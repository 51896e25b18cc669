import { describe, expect, test } from 'vitest';
import { ContextRows } from '../../../../src/data/text/contextRows.ts';
import { flattenTexts } from '../../../../src/data/text/flattenTexts.ts';
import { MaskedContextRows, MaskedWindowRows } from '../../../../src/data/text/maskedRows.ts';
import { maskTokens } from '../../../../src/data/text/maskTokens.ts';
import { PackedRows } from '../../../../src/data/text/packedRows.ts';
import { packLines } from '../../../../src/data/text/packLines.ts';
import type { RowMoment, TextRows } from '../../../../src/data/text/textRows.ts';
import { WindowRows } from '../../../../src/data/text/windowRows.ts';

const measured: RowMoment = { epoch: null, steps: [] };
const end = 9;
const start = 10;

/** Two lines "1 2 3" and "4 5", each with its end. */
const lines = flattenTexts({ tokens: Uint16Array.of(1, 2, 3, 4, 5), starts: Uint32Array.of(0, 3, 5) }, end);

function filled(source: TextRows, rows: readonly number[], at: RowMoment = measured): Record<string, number[][]> {
  const room = Object.fromEntries(Object.entries(source.widths).map(([name, width]) => [name, new Float32Array(rows.length * width)]));
  source.fill(Uint32Array.from(rows), room, at);
  return Object.fromEntries(
    Object.entries(source.widths).map(([name, width]) => [name, rows.map((_, i) => [...room[name]!.subarray(i * width, (i + 1) * width)])]),
  );
}

const all = ({ rows }: TextRows) => Array.from({ length: rows }, (_, i) => i);

describe('texts as one sequence', () => {
  test('have an end token after each line', () => {
    expect([...lines]).toEqual([1, 2, 3, end, 4, 5, end]);
  });

  test('are as they were where they are a stream', () => {
    expect([...flattenTexts({ tokens: Uint16Array.of(1, 2, 3), starts: Uint32Array.of(0, 3) }, null)]).toEqual([1, 2, 3]);
  });
});

describe('rows of a context and the token after it', () => {
  test('start each line from nothing and predict its end', () => {
    const { tokens, targets } = filled(new ContextRows({ flat: lines, end, context: 2, start, seed: 0 }), [0, 1, 2, 3, 4, 5, 6]);
    expect(targets!.flat()).toEqual([1, 2, 3, end, 4, 5, end]);
    expect(tokens).toEqual([
      [start, start],
      [start, 1],
      [1, 2],
      [2, 3],
      [start, start],
      [start, 4],
      [4, 5],
    ]);
  });

  test('of a stream forget some of the past in one row of ten, the same for the same steps however they are asked for', () => {
    const flat = Uint32Array.from({ length: 500 }, (_, i) => i % 7);
    const source = new ContextRows({ flat, end: null, context: 4, start, seed: 3 });
    const rows = Array.from({ length: 200 }, (_, i) => i + 100);
    const once = filled(source, rows, { epoch: 0, steps: [1, 2] });
    const first = filled(source, rows.slice(0, 100), { epoch: 0, steps: [1] });
    const second = filled(source, rows.slice(100), { epoch: 0, steps: [2] });
    expect(once.tokens).toEqual([...first.tokens!, ...second.tokens!]);
    const forgetful = once.tokens!.filter((row) => row[0] === start).length;
    expect(forgetful).toBeGreaterThan(5);
    expect(forgetful).toBeLessThan(40);
    expect(filled(source, rows).tokens!.some((row) => row.includes(start))).toBe(false);
  });
});

describe('windows of a stream', () => {
  test('touch, and their targets are one further', () => {
    const flat = Uint32Array.from({ length: 11 }, (_, i) => i);
    const source = new WindowRows({ flat, end: null, context: 4, start: 99, seed: 0 });
    const { tokens, targets } = filled(source, all(source));
    expect(tokens).toEqual([[0, 1, 2, 3]]);
    expect(targets).toEqual([[1, 2, 3, 4]]);
  });

  test('of another epoch start at another place and never leave the text', () => {
    const flat = Uint32Array.from({ length: 103 }, (_, i) => i);
    const source = new WindowRows({ flat, end: null, context: 8, start: 999, seed: 1 });
    const firsts = new Set<number>();
    for (let epoch = 0; epoch < 20; epoch++) {
      const { targets } = filled(source, all(source), { epoch, steps: [1] });
      firsts.add(targets![0]![0]!);
      expect(targets!.flat().every((token) => token > 0 && token < 103)).toBe(true);
    }
    expect(firsts.size).toBeGreaterThan(4);
  });

  test('there are none in a text no longer than the context', () => {
    expect(new WindowRows({ flat: new Uint32Array(4), end: null, context: 4, start: 9, seed: 0 }).rows).toBe(0);
    expect(new WindowRows({ flat: new Uint32Array(5), end: null, context: 4, start: 9, seed: 0 }).rows).toBe(1);
  });
});

describe('packed lines', () => {
  test('hold every token once, and cut only what is longer than a row', () => {
    const flat = flattenTexts(
      { tokens: Uint16Array.from({ length: 20 }, (_, i) => i % 5), starts: Uint32Array.of(0, 2, 3, 12, 15, 20) },
      end,
    );
    const { from, to, firstPiece } = packLines(flat, end, 6, 0);
    const places = [...from].flatMap((first, i) => Array.from({ length: to[i]! - first }, (_, j) => first + j));
    expect(places.toSorted((a, b) => a - b)).toEqual(Array.from(flat, (_, i) => i));
    for (let row = 0; row + 1 < firstPiece.length; row++) {
      let width = 0;
      for (let piece = firstPiece[row]!; piece < firstPiece[row + 1]!; piece++) width += to[piece]! - from[piece]!;
      expect(width).toBeLessThanOrEqual(6);
      expect(width).toBeGreaterThan(0);
    }
  });

  test('are rows with positions, weights and fillings', () => {
    const source = new PackedRows({ flat: lines, end, context: 8, start, seed: 0 });
    const { tokens, targets, positions, weights } = filled(source, all(source));
    expect(source.rows).toBe(1);
    const isFirst = targets![0]![0] === 1;
    expect(tokens![0]).toEqual(isFirst ? [start, 1, 2, 3, start, 4, 5, start] : [start, 4, 5, start, 1, 2, 3, start]);
    expect(targets![0]).toEqual(isFirst ? [1, 2, 3, end, 4, 5, end, 0] : [4, 5, end, 1, 2, 3, end, 0]);
    expect(positions![0]).toEqual(isFirst ? [0, 1, 2, 3, 0, 1, 2, 0] : [0, 1, 2, 0, 1, 2, 3, 0]);
    expect(weights![0]).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
  });

  test('a line longer than a row goes on from the token before it', () => {
    const source = new PackedRows({ flat: Uint32Array.of(1, 2, 3, end), end, context: 3, start, seed: 0 });
    const { tokens, targets, positions } = filled(source, [0, 1]);
    expect(tokens).toEqual([
      [start, 1, 2],
      [3, start, start],
    ]);
    expect(targets![1]![0]).toBe(end);
    expect(positions![1]![0]).toBe(0);
  });
});

describe('hidden tokens', () => {
  const flat = Uint32Array.from({ length: 4000 }, (_, i) => (i % 8 === 7 ? end : i % 5));
  const ids = { vocabulary: 10, end, mask: 11 };
  const place = { seed: 5, stream: 'mask', step: 0 } as const;
  const bert = { ratio: 0.15, replace: { mask: 0.8, random: 0.1, keep: 0.1 }, span: 1 };

  test('are exactly the share asked for, never an end, in the proportions of BERT', () => {
    const { seen, chosen } = maskTokens(flat, bert, ids, place);
    expect(chosen.length).toBe(Math.round(0.15 * 3500));
    expect([...chosen].every((at) => flat[at] !== end)).toBe(true);
    const masked = [...chosen].filter((at) => seen[at] === 11).length / chosen.length;
    const kept = [...chosen].filter((at) => seen[at] === flat[at]).length / chosen.length;
    expect(masked).toBeGreaterThan(0.74);
    expect(masked).toBeLessThan(0.86);
    // one random token in nine is the true one
    expect(kept).toBeGreaterThan(0.06);
    expect(kept).toBeLessThan(0.17);
    const isChosen = new Set(chosen);
    expect(seen.every((token, at) => isChosen.has(at) || token === flat[at])).toBe(true);
    expect(seen.every((token, at) => flat[at] === end || token !== end)).toBe(true);
  });

  test('come in spans that stay in their line', () => {
    const { chosen } = maskTokens(flat, { ...bert, span: 3 }, ids, place);
    expect(chosen.length).toBe(Math.round(0.15 * 3500));
    const isChosen = new Set(chosen);
    const runs = [...chosen].filter((at) => isChosen.has(at + 1) || isChosen.has(at - 1)).length;
    expect(runs / chosen.length).toBeGreaterThan(0.8);
  });

  test('are others in another epoch, and the same when measured', () => {
    const source = new MaskedContextRows({ ...ids, flat, end, context: 2, start, seed: 0, masking: bert });
    const rows = [0, 1, 2, 3];
    expect(filled(source, rows, { epoch: 0, steps: [1] })).not.toEqual(filled(source, rows, { epoch: 1, steps: [1] }));
    expect(filled(source, rows)).toEqual(filled(source, rows));
  });

  test('are seen from both sides within their line', () => {
    const masking = { ratio: 0.1, replace: { mask: 1, random: 0, keep: 0 }, span: 1 };
    const source = new MaskedContextRows({ ...ids, flat: lines, end, context: 3, start, seed: 1, masking });
    const { tokens, targets } = filled(source, [0]);
    const sides: Record<number, number[]> = {
      1: [start, start, start, 2, 3, start],
      2: [start, start, 1, 3, start, start],
      3: [start, 1, 2, start, start, start],
      4: [start, start, start, 5, start, start],
      5: [start, start, 4, start, start, start],
    };
    expect(tokens![0]).toEqual(sides[targets![0]![0]!]);
  });

  test('count in whole windows where they are hidden, and nowhere else', () => {
    const source = new MaskedWindowRows({ ...ids, flat, end, context: 20, start, seed: 0, masking: bert });
    const { tokens, targets, weights, positions } = filled(source, all(source));
    const counted = weights!.flat().reduce((a, b) => a + b, 0);
    expect(counted).toBe(Math.round(0.15 * 3500));
    weights!.forEach((row, i) => {
      row.forEach((weight, t) => {
        if (weight === 0 && tokens![i]![t] !== start) expect(tokens![i]![t]).toBe(targets![i]![t]);
        if (positions![i]![t]! > 0) expect(positions![i]![t]).toBe(positions![i]![t - 1]! + 1);
      });
    });
  });

  test('are counted in windows of a stream, whose last few tokens are left out', () => {
    const stream = Uint32Array.from({ length: 105 }, (_, i) => i % 5);
    const source = new MaskedWindowRows({ flat: stream, end: null, context: 20, start, seed: 0, masking: bert, vocabulary: 10, mask: 11 });
    expect(source.rows).toBe(5);
    expect(source.widths.positions).toBeUndefined();
    expect(filled(source, [0]).tokens![0]!.length).toBe(20);
  });
});
