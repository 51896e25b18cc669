import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BinaryHeap } from '../../../src/math/binaryHeap.ts';

test('a binary heap gives its items in order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { maxLength: 200 }), (items) => {
      const heap = new BinaryHeap<number>((a, b) => a < b);
      for (const item of items) heap.push(item);
      expect([heap.size, heap.first, [...heap].length]).toEqual([
        items.length,
        items.length === 0 ? undefined : Math.min(...items),
        items.length,
      ]);
      expect(items.map(() => heap.pop())).toEqual(items.toSorted((a, b) => a - b));
      expect(heap.pop()).toBeUndefined();
    }),
  );
});
