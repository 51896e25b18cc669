import { describe, expect, it } from 'vitest';
import { epochOrder } from '../../../src/data/batchOrder.ts';
import { gatherRows } from '../../../src/math/gatherRows.ts';

describe('the order of batches', () => {
  it('presents every training row once an epoch, in another order each epoch and for each seed', () => {
    const orders = [epochOrder(500, 0, 0), epochOrder(500, 0, 1), epochOrder(500, 1, 0)];
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(orders[0]).not.toEqual(orders[1]);
    expect(orders[0]).not.toEqual(orders[2]);
    expect(epochOrder(500, 0, 0)).toEqual(orders[0]);
  });

  it('gathers rows to the start of a buffer that may be longer', () => {
    const out = new Float32Array(6).fill(-1);
    gatherRows(Float32Array.of(1, 2, 3, 4, 5, 6), 2, Uint32Array.of(2, 0), out);
    expect([...out]).toEqual([5, 6, 1, 2, -1, -1]);
  });
});
