import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { UserError } from '../experiment/problem.ts';
import type { Dataset } from './dataset.ts';
import { type IdxHeader, longestHeader, readIdxHeader } from './idxHeader.ts';

/** An IDX file as numbers. */
export interface IdxArray {
  /** Rows, then what a row is made of. */
  sides: number[];
  /** All numbers, row after row. */
  values: Float32Array;
  /** Largest value of the type, where it means something: 255 of bytes. */
  maximum: number | null;
  /** SHA-256 of the file, hexadecimal. */
  hash: string;
}

/** What to read, and how its user calls it. */
export interface IdxSource {
  /** Absolute. */
  path: string;
  name: string;
  /** The setting to blame. */
  setting?: string;
}

/** No packed file becomes more than this many times as long: what promises more is cut short. */
const mostPacked = 1040;
/** Most numbers of one file: 4 GB of them. */
const mostNumbers = 2 ** 30;

/** Takes the bytes of an IDX file in portions of any size and turns them into numbers at once. */
class IdxReader {
  #header: IdxHeader | null = null;
  #values = new Float32Array(0);
  #count = 0;
  /** Bytes that wait for more: of a header, or of one number. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly name: string,
    private readonly fileBytes: number,
  ) {}

  take(bytes: Uint8Array): void {
    const whole = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    if (this.#header) this.#rest = this.#takeNumbers(whole, 0);
    else {
      this.#header = readIdxHeader(whole, this.name);
      if (!this.#header) {
        this.#rest = whole.slice(0, longestHeader);
        return;
      }
      this.#values = new Float32Array(this.#promised(this.#header));
      this.#rest = this.#takeNumbers(whole, this.#header.length);
    }
  }

  /** Numbers that the header promises; refused before memory is asked for where the file cannot hold them. */
  #promised({ sides, type }: IdxHeader): number {
    const count = sides.reduce((product, side) => product * side, 1);
    const promise = `${this.name} promises ${sides.join(' x ')} numbers`;
    if (count > mostNumbers) throw new UserError(`${promise}; at most ${mostNumbers} can be read`, 'data.source');
    if (count * type.bytes > this.fileBytes * mostPacked)
      throw new UserError(`${promise}, which its ${this.fileBytes} bytes cannot hold`, 'data.source');
    return count;
  }

  #takeNumbers(bytes: Uint8Array, from: number): Uint8Array {
    const { type } = this.#header!;
    const values = this.#values;
    const available = Math.floor((bytes.length - from) / type.bytes);
    const taken = Math.min(available, values.length - this.#count);
    if (type.bytes === 1 && type.maximum !== null) values.set(bytes.subarray(from, from + taken), this.#count);
    else {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let i = 0; i < taken; i++) values[this.#count + i] = type.read(view, from + i * type.bytes);
    }
    this.#count += taken;
    if (this.#count === values.length && bytes.length > from + taken * type.bytes)
      throw new UserError(`${this.name} goes on after the ${this.#header!.sides.join(' x ')} numbers that it promises`, 'data.source');
    return bytes.slice(from + taken * type.bytes);
  }

  finish(hash: string): IdxArray {
    if (!this.#header) throw new UserError(`${this.name} is no IDX file: it ends inside its header`, 'data.source');
    const { sides, type } = this.#header;
    if (this.#count < this.#values.length)
      throw new UserError(
        `${this.name} is cut short: it promises ${sides.join(' x ')} = ${this.#values.length} numbers and has ${this.#count}`,
        'data.source',
      );
    return { sides, values: this.#values, maximum: type.maximum, hash };
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/**
 * Reads an IDX file, packed or not, as a stream: its numbers are written into the matrix as they come.
 * @throws UserError naming the file; the signal's reason when it is aborted
 */
export async function readIdxArray({ path, name, setting = 'data.source' }: IdxSource, signal?: AbortSignal): Promise<IdxArray> {
  const { size } = await stat(path);
  const reader = new IdxReader(name, size);
  const hash = createHash('sha256');
  const unpacked = /\.gz$/i.test(path) ? createGunzip({ chunkSize: 2 ** 18 }) : new PassThrough();
  const file = createReadStream(path, { highWaterMark: 2 ** 18 });
  file.on('data', (bytes) => hash.update(bytes));
  let fault: unknown = null;
  try {
    await pipeline(
      file,
      unpacked,
      async (portions: AsyncIterable<Buffer>) => {
        try {
          for await (const portion of portions) reader.take(portion);
        } catch (error) {
          // the pipeline may report its own end instead
          fault = error;
          throw error;
        }
      },
      { signal },
    );
    return reader.finish(hash.digest('hex'));
  } catch (ended) {
    signal?.throwIfAborted();
    const error = fault ?? ended;
    if (error instanceof UserError) throw new UserError(error.message, setting);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('Z_'))
      throw new UserError(`${name} is not a gzip file or is cut short; pack it again or remove .gz from its name`, setting);
    throw error;
  }
}

/**
 * Images or rows in an IDX file, with labels in a second one. Images of bytes have the maximum 255; of other numbers, the largest size of one.
 * @param labels the file with labels, one for each row
 * @throws UserError naming file and numbers
 */
export async function readIdx(source: IdxSource, labels: IdxSource | null, signal?: AbortSignal): Promise<Dataset> {
  const { sides, values, maximum, hash } = await readIdxArray(source, signal);
  const [rows, ...shape] = sides as [number, ...number[]];
  if (shape.length === 0 || shape.length > 2)
    throw new UserError(
      `${source.name} has ${sides.length} sides (${sides.join(' x ')}): rows of numbers have two, grey images three`,
      'data.source',
    );
  const found = labels && (await readLabels(labels, rows, signal));
  const inputs = shape.reduce((product, side) => product * side, 1);
  const bad = firstNotFinite(values);
  if (bad >= 0)
    throw new UserError(`${source.name}: number ${(bad % inputs) + 1} of row ${Math.floor(bad / inputs) + 1} is not finite`, 'data.source');
  const isImage = shape.length === 2;
  const columns = Array.from({ length: inputs }, (_, i) =>
    isImage ? `pixel ${Math.floor(i / shape[1]!) + 1},${(i % shape[1]!) + 1}` : `column ${i + 1}`,
  );
  return {
    rows,
    inputs,
    columns,
    allColumns: found ? [...columns, 'label'] : columns,
    values,
    labels: found?.labels ?? null,
    labelNames: found?.names ?? [],
    imageShape: isImage ? [shape[0]!, shape[1]!] : null,
    format: isImage ? 'image' : 'table',
    maximum: isImage ? (maximum ?? largestSize(values)) : 1,
    hash: found ? createHash('sha256').update(hash).update(found.hash).digest('hex') : hash,
  };
}

/** Place of the first number that is not finite, or -1. A plain loop: `findIndex` takes six times as long over the 47 million of MNIST. */
function firstNotFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return i;
  return -1;
}

/** Largest |value|, or 1 where all are 0: what images of unknown range are divided by. */
function largestSize(values: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest || 1;
}

/** Labels of the rows, by their position among the sorted different ones. */
async function readLabels(
  source: IdxSource,
  rows: number,
  signal?: AbortSignal,
): Promise<{ labels: Int32Array; names: string[]; hash: string }> {
  const setting = 'data.label';
  const { sides, values, hash } = await readIdxArray({ ...source, setting }, signal);
  if (sides.length !== 1)
    throw new UserError(
      `${source.name} has ${sides.length} sides (${sides.join(' x ')}): a file of labels has one number for each row`,
      setting,
    );
  if (sides[0] !== rows) throw new UserError(`${source.name} has ${sides[0]} labels for ${rows} rows; it belongs to another file`, setting);
  const missing = firstNotFinite(values);
  if (missing >= 0) throw new UserError(`${source.name}: label ${missing + 1} is not finite`, setting);
  const different = [...new Set(values)].sort((a, b) => a - b);
  const places = new Map(different.map((value, place) => [value, place]));
  return { labels: Int32Array.from(values, (value) => places.get(value)!), names: different.map(String), hash };
}
