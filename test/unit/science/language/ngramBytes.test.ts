import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/experiment/problem.ts';
import { countNgrams, parseCounts, serialiseCounts } from '../../../../src/science/language/ngram.ts';
import { packed } from './ngramReference.ts';

const texts = fc.array(fc.array(fc.nat({ max: 3 }), { maxLength: 12 }), { maxLength: 6 });
const count = (of: number[][], unit: 'lines' | 'stream' = 'lines') => countNgrams({ ...packed(of), unit, vocabulary: 5, order: 3 });

describe('counts as bytes', () => {
  test('are read back as they were, wherever in a buffer they lie', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('lines' as const, 'stream' as const), fc.nat({ max: 5 }), (of, unit, offset) => {
        const counts = count(of, unit);
        const bytes = serialiseCounts(counts);
        expect(parseCounts(bytes)).toEqual(counts);
        const inside = Buffer.concat([Buffer.alloc(offset, 7), bytes, Buffer.alloc(3)]).subarray(offset, offset + bytes.length);
        expect(parseCounts(inside)).toEqual(counts);
      }),
    );
  });

  test('are the same for lines in another order', () => {
    fc.assert(
      fc.property(texts, (of) => {
        expect(serialiseCounts(count(of.toReversed()))).toEqual(serialiseCounts(count(of)));
      }),
    );
  });

  test('are refused when a part is missing, too much, or changed', () => {
    const bytes = serialiseCounts(count([[0, 1, 2], [1], [3, 3, 3, 0]]));
    for (let length = 0; length < bytes.length; length++) expect(() => parseCounts(bytes.subarray(0, length))).toThrow(UserError);
    expect(() => parseCounts(new Uint8Array([...bytes, 0, 0, 0, 0]))).toThrow('damaged or only half written');
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i]! ^= 16;
      expect(() => parseCounts(changed)).toThrow(UserError);
    }
    // a file that was given its length and then not filled
    const hollow = bytes.slice().fill(0, 40);
    expect(() => parseCounts(hollow)).toThrow('count the text again');
  });

  test('of another version say so', () => {
    const bytes = serialiseCounts(count([[0]]));
    bytes[4] = 9;
    expect(() => parseCounts(bytes)).toThrow('the counts are of version 9, and this program reads version 1');
  });
});
