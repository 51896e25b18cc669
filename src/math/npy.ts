/** Arrays that a .npy file can hold here. */
export type NpyArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

const kinds = {
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  u1: Uint8Array,
  b1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
} as const;

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * An array as the bytes of a .npy file, version 1.0, little endian, row after row.
 * @param shape product equal to the length of `data`; [] is a scalar
 * @throws Error when the shape does not fit the length
 * Source: NumPy enhancement proposal 1.
 */
export function encodeNpy(data: Float32Array | Float64Array | Int32Array, shape: readonly number[]): Uint8Array {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size !== data.length) throw new Error(`shape [${shape.join(', ')}] has ${size} numbers, the array has ${data.length}`);
  const kind = data instanceof Float32Array ? 'f4' : data instanceof Float64Array ? 'f8' : 'i4';
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '<${kind}', 'fortran_order': False, 'shape': (${tuple}), }`;
  // the data start at a multiple of 64 bytes; the header ends with a newline
  const headerLength = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + headerLength + data.byteLength);
  bytes.set([...magic, 1, 0, headerLength & 255, headerLength >>> 8]);
  bytes.set(new TextEncoder().encode(`${header.padEnd(headerLength - 1)}\n`), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + headerLength);
  return bytes;
}

/**
 * The array in the bytes of a .npy file (versions 1 to 3, numbers and booleans, either byte order, either layout).
 * @returns a copy, row after row, and its shape ([] for a scalar)
 * @throws Error with one sentence when the bytes are damaged or hold something else than numbers
 */
export function decodeNpy(bytes: Uint8Array): { data: NpyArray; shape: number[] } {
  const header = readHeader(bytes);
  const Kind = kinds[header.kind];
  const length = header.shape.reduce((product, n) => product * n, 1);
  const sizeBytes = length * Kind.BYTES_PER_ELEMENT;
  const found = bytes.byteLength - header.dataStart;
  if (!Number.isSafeInteger(length) || found < sizeBytes)
    throw new Error(`the .npy data are cut short: shape [${header.shape.join(', ')}] needs ${sizeBytes} bytes, ${found} are there`);
  // not bytes.slice: of Node's Buffer that is a view into a larger pool
  const content = new Uint8Array(bytes.subarray(header.dataStart, header.dataStart + sizeBytes));
  if (header.isBigEndian) swapBytes(content, Kind.BYTES_PER_ELEMENT);
  const data = new Kind(content.buffer, 0, length);
  return { data: header.isFortran && header.shape.length > 1 ? rowsFirst(data, header.shape) : data, shape: header.shape };
}

interface NpyHeader {
  kind: keyof typeof kinds;
  isBigEndian: boolean;
  isFortran: boolean;
  shape: number[];
  dataStart: number;
}

function readHeader(bytes: Uint8Array): NpyHeader {
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte))
    throw new Error('this is not a .npy file: the first bytes are wrong');
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw new Error(`.npy version ${version} is not known, expected 1 to 3`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = version === 1 ? 10 : 12;
  const dataStart = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (dataStart > bytes.length) throw new Error(`the .npy header is cut short: it ends at byte ${dataStart}, the file has ${bytes.length}`);
  const text = new TextDecoder().decode(bytes.subarray(start, dataStart));
  const type = /'descr'\s*:\s*'([<>|=]?)([a-zA-Z]\d*)'/.exec(text);
  const layout = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text);
  if (!layout || !shape) throw new Error('the .npy header cannot be read');
  const kind = type?.[2];
  if (!type || !kind || !Object.hasOwn(kinds, kind))
    throw new Error(`the .npy file holds ${kind ?? 'something'} and not plain numbers; save it as float32`);
  return {
    kind: kind as keyof typeof kinds,
    isBigEndian: type[1] === '>',
    isFortran: layout[1] === 'True',
    shape: shape[1]!
      .split(',')
      .filter((part) => part.trim() !== '')
      .map(Number),
    dataStart,
  };
}

function swapBytes(content: Uint8Array, width: number): void {
  for (let start = 0; start < content.length; start += width) content.subarray(start, start + width).reverse();
}

/** Column-first to row-first order. */
function rowsFirst<T extends NpyArray>(data: T, shape: readonly number[]): T {
  const out = data.slice() as T;
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, n) => product * n, 1));
  const position = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    out[i] = data[position.reduce((sum, p, axis) => sum + p * strides[axis]!, 0)]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis]!++;
      if (position[axis]! < shape[axis]!) break;
      position[axis] = 0;
    }
  }
  return out;
}
