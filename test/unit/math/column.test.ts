import { describe, expect, it } from 'vitest';
import { Column } from '../../../src/math/column.ts';

function filled(points: number): Column {
  const column = new Column();
  for (let i = 0; i < points; i++) column.push(2 * i, i / 3);
  return column;
}

describe('a column of points', () => {
  it('gives back what was pushed', () => {
    const column = filled(100);
    expect(column.length).toBe(100);
    expect(column.steps[99]).toBe(198);
    expect(column.values[99]).toBe(33);
    expect(column.steps.length).toBe(100);
  });

  it('takes at most 24 bytes a point, whatever its length', () => {
    const column = new Column();
    for (let i = 0; i < 100_000; i++) {
      column.push(i, i);
      if (i >= 16) expect(column.sizeBytes).toBeLessThanOrEqual(24 * column.length);
    }
  });

  it('drops everything later than a step and goes on from there', () => {
    const column = filled(100);
    column.cutAfter(51);
    expect([column.length, column.steps.at(-1), column.cuts]).toEqual([26, 50, 1]);
    column.cutAfter(60);
    expect([column.length, column.cuts]).toEqual([26, 1]);
    column.push(52, 7);
    expect(column.values.at(-1)).toBe(7);
    column.cutAfter(0);
    expect([...column.steps]).toEqual([0]);
  });

  it('gives memory back when much is dropped', () => {
    const column = filled(10_000);
    const before = column.sizeBytes;
    column.cutAfter(100);
    expect(column.sizeBytes).toBeLessThan(before / 50);
    expect(column.steps.at(-1)).toBe(100);
  });
});
