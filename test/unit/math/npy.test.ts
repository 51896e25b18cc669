import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNpy, encodeNpy } from '../../../src/math/npy.ts';

/** Bytes as numpy.save writes them, from a header's words. */
function npy(descr: string, order: string, shape: string, data: ArrayLike<number>, version = 1): Uint8Array {
  const words = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const start = version === 1 ? 10 : 12;
  const length = Math.ceil((start + words.length + 1) / 64) * 64 - start;
  const prefix = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, length & 255, length >>> 8];
  if (version > 1) prefix.push(0, 0);
  const header = new TextEncoder().encode(`${words.padEnd(length - 1)}\n`);
  return Uint8Array.from([...prefix, ...header, ...Array.from(data)]);
}

const bytesOf = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

describe('.npy files', () => {
  it('come back as they were written', () => {
    const data = fc.oneof(fc.float32Array({ maxLength: 60 }), fc.float64Array({ maxLength: 60 }), fc.int32Array({ maxLength: 60 }));
    fc.assert(
      fc.property(data, fc.integer({ min: 1, max: 4 }), (array, width) => {
        const whole = array.slice(0, array.length - (array.length % width));
        for (const shape of [[whole.length], [whole.length / width, width], [whole.length / width, 1, width]]) {
          const bytes = encodeNpy(whole, shape);
          const found = decodeNpy(bytes);
          expect(found.shape).toEqual(shape);
          expect(found.data.constructor).toBe(whole.constructor);
          expect(bytesOf(found.data)).toEqual(bytesOf(whole));
        }
      }),
    );
  });

  it('are the bytes that numpy writes', () => {
    const expected = npy('<f4', 'False', '(2, 3)', bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6)));
    expect(encodeNpy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])).toEqual(expected);
    expect(encodeNpy(Int32Array.of(5), [1])).toEqual(npy('<i4', 'False', '(1,)', bytesOf(Int32Array.of(5))));
    expect(encodeNpy(Float64Array.of(5), [])).toEqual(npy('<f8', 'False', '()', bytesOf(Float64Array.of(5))));
  });

  it('are read from a view into a larger buffer, at any offset', () => {
    const bytes = encodeNpy(Float64Array.of(1.5, -2), [2]);
    const inside = new Uint8Array(bytes.length + 3);
    inside.set(bytes, 3);
    expect([...decodeNpy(inside.subarray(3)).data]).toEqual([1.5, -2]);
  });

  it('are read in either byte order, either layout, and every version', () => {
    expect([...decodeNpy(npy('>i2', 'False', '(2,)', [1, 2, 0, 3])).data]).toEqual([258, 3]);
    expect([...decodeNpy(npy('|u1', 'True', '(2, 3)', [1, 4, 2, 5, 3, 6])).data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...decodeNpy(npy('|b1', 'False', '(2,)', [1, 0], 2)).data]).toEqual([1, 0]);
    expect([...decodeNpy(npy('<i8', 'False', '(1,)', [255, 255, 255, 255, 255, 255, 255, 255], 3)).data]).toEqual([-1n]);
    expect(decodeNpy(npy('<f4', 'False', '(0, 7)', []))).toEqual({ data: new Float32Array(0), shape: [0, 7] });
  });

  it('say what is damaged', () => {
    const good = encodeNpy(Float32Array.of(1, 2, 3), [3]);
    expect(() => decodeNpy(new Uint8Array(5))).toThrow('this is not a .npy file');
    expect(() => decodeNpy(good.subarray(0, 40))).toThrow('header is cut short');
    expect(() => decodeNpy(good.subarray(0, good.length - 1))).toThrow('shape [3] needs 12 bytes, 11 are there');
    expect(() => decodeNpy(npy('<f4', 'False', '(99999999999, 99999999999)', [0, 0, 0, 0]))).toThrow('cut short');
    expect(() => decodeNpy(npy('|O', 'False', '(1,)', [0]))).toThrow('holds O and not plain numbers');
    expect(() => decodeNpy(npy('<f4', 'Perhaps', '(1,)', [0, 0, 0, 0]))).toThrow('header cannot be read');
    expect(() => encodeNpy(Float32Array.of(1, 2, 3), [2])).toThrow('shape [2] has 2 numbers, the array has 3');
  });

  it('never break the reader with anything but an Error', () => {
    const good = encodeNpy(Float32Array.of(1, 2, 3), [3]);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: good.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(good.length),
        (at, byte, length) => {
          const damaged = good.slice(0, length);
          if (at < length) damaged[at] = byte;
          try {
            decodeNpy(damaged);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            expect((error as Error).message).toMatch(/npy/);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('come back whole from a Buffer of Node, which shares its pool', () => {
    const data = Float32Array.of(1, 2, 3);
    expect(decodeNpy(Buffer.from(encodeNpy(data, [3]))).data).toEqual(data);
  });
});
