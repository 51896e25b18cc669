import { UserError } from '../experiment/problem.ts';

/** Number types of the IDX format: how many bytes, how one is read, and the largest value where the type has one that means something. */
interface IdxType {
  name: string;
  bytes: number;
  read(view: DataView, at: number): number;
  maximum: number | null;
}

/** Type codes of the third byte; numbers are big-endian. */
const types: Readonly<Record<number, IdxType>> = {
  8: { name: 'unsigned byte', bytes: 1, read: (view, at) => view.getUint8(at), maximum: 255 },
  9: { name: 'signed byte', bytes: 1, read: (view, at) => view.getInt8(at), maximum: null },
  11: { name: 'short', bytes: 2, read: (view, at) => view.getInt16(at), maximum: null },
  12: { name: 'int', bytes: 4, read: (view, at) => view.getInt32(at), maximum: null },
  13: { name: 'float', bytes: 4, read: (view, at) => view.getFloat32(at), maximum: null },
  14: { name: 'double', bytes: 8, read: (view, at) => view.getFloat64(at), maximum: null },
};

/** What an IDX file says of itself before its numbers. */
export interface IdxHeader {
  type: IdxType;
  /** Rows, then what a row is made of. */
  sides: number[];
  /** Bytes before the first number. */
  length: number;
}

/** Bytes that the longest header has: four and four for each of 255 sides. */
export const longestHeader = 4 + 4 * 255;

/**
 * Reads the header of an IDX file (Y. LeCun's format of MNIST): two zero bytes, a type code, the number of sides, and each side as a
 * big-endian whole number.
 * @returns null while there are not enough bytes
 * @throws UserError where it is none, or describes nothing
 */
export function readIdxHeader(bytes: Uint8Array, name: string): IdxHeader | null {
  if (bytes.length < 4) return null;
  const [first, second, code, count] = bytes as unknown as [number, number, number, number];
  const type = types[code];
  if (first !== 0 || second !== 0 || !type || count === 0)
    throw new UserError(
      `${name} is no IDX file: it begins with the bytes ${[first, second, code, count].join(', ')} instead of 0, 0, a type (8, 9, 11, 12, 13 or 14) and a number of sides`,
      'data.source',
    );
  const length = 4 + 4 * count;
  if (bytes.length < length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sides = Array.from({ length: count }, (_, side) => view.getUint32(4 + 4 * side));
  if (sides.includes(0)) throw new UserError(`${name} is empty: its sides are ${sides.join(' x ')}`, 'data.source');
  return { type, sides, length };
}
