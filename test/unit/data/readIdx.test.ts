import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../../src/data/loadDataset.ts';
import { readIdxArray } from '../../../src/data/readIdx.ts';
import { dataSchema } from '../../../src/experiment/autoencoder.ts';
import { UserError } from '../../../src/experiment/problem.ts';

const media = join(import.meta.dirname, '../../../media');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latent-idx-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const writers: Record<number, [bytes: number, write: (view: DataView, at: number, value: number) => void]> = {
  8: [1, (view, at, value) => view.setUint8(at, value)],
  9: [1, (view, at, value) => view.setInt8(at, value)],
  11: [2, (view, at, value) => view.setInt16(at, value)],
  12: [4, (view, at, value) => view.setInt32(at, value)],
  13: [4, (view, at, value) => view.setFloat32(at, value)],
  14: [8, (view, at, value) => view.setFloat64(at, value)],
};

/** The bytes of an IDX file. */
function idx(type: number, sides: number[], values: ArrayLike<number>): Buffer {
  const [bytes, write] = writers[type]!;
  const head = 4 + 4 * sides.length;
  const view = new DataView(new ArrayBuffer(head + bytes * values.length));
  view.setUint8(2, type);
  view.setUint8(3, sides.length);
  sides.forEach((side, i) => {
    view.setUint32(4 + 4 * i, side);
  });
  for (let i = 0; i < values.length; i++) write(view, head + i * bytes, values[i]!);
  return Buffer.from(view.buffer);
}

/** Numbers that a type can hold; float64 keeps what float32 can tell. */
const ranges: Record<number, fc.Arbitrary<number>> = {
  8: fc.integer({ min: 0, max: 255 }),
  9: fc.integer({ min: -128, max: 127 }),
  11: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  12: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  13: fc.float({ noNaN: true, noDefaultInfinity: true }),
  14: fc.float({ noNaN: true, noDefaultInfinity: true }),
};

const put = (name: string, bytes: Uint8Array) => {
  writeFileSync(join(folder, name), bytes);
  return { path: join(folder, name), name };
};
const load = (source: string, settings: object = {}) => loadDataset(dataSchema.parse({ source, ...settings }), { folder, media, seed: 0 });

/** The sentence with which data are refused, and the setting to blame. */
async function refusal(promise: Promise<unknown>): Promise<{ message: string; path: string | undefined }> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message, path } = error as UserError;
  return { message, path };
}

describe('a file of the IDX format', () => {
  it.each([8, 9, 11, 12, 13, 14])('of type %i gives back its numbers, packed or not', async (type) => {
    const values = [1, 2, 3, type === 8 ? 200 : -4, 100, 0];
    const bytes = idx(type, [3, 2], values);
    for (const source of [put(`t${type}.idx`, bytes), put(`t${type}.idx.gz`, gzipSync(bytes))]) {
      const found = await readIdxArray(source);
      expect(found.sides).toEqual([3, 2]);
      expect([...found.values]).toEqual(values);
    }
  });

  it('of any type, sides and numbers comes back as it was written', async () => {
    const file = fc.constantFrom(...Object.keys(ranges).map(Number)).chain((type) =>
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((sides) => {
        const size = sides.reduce((a, b) => a * b);
        return fc.record({
          type: fc.constant(type),
          sides: fc.constant(sides),
          values: fc.array(ranges[type]!, { minLength: size, maxLength: size }),
        });
      }),
    );
    await fc.assert(
      fc.asyncProperty(file, fc.boolean(), async ({ type, sides, values }, isPacked) => {
        const bytes = idx(type, sides, values);
        const found = await readIdxArray(isPacked ? put('any.idx.gz', gzipSync(bytes)) : put('any.idx', bytes));
        expect(found.sides).toEqual(sides);
        // -0 is 0 in whole numbers
        expect([...found.values].map((value) => value + 0)).toEqual([...Float32Array.from(values)].map((value) => value + 0));
      }),
      { numRuns: 100 },
    );
  });

  it('comes back whole where portions of the stream end inside a number', async () => {
    // numbers of eight bytes after a header of twelve: no portion of a power of two ends between two of them
    const values = Float32Array.from({ length: 2 * 50_000 }, (_, i) => i - 50_000.5);
    const bytes = idx(14, [50_000, 2], values);
    for (const source of [put('long.idx', bytes), put('long.idx.gz', gzipSync(bytes, { level: 1 }))])
      expect(Buffer.compare(Buffer.from((await readIdxArray(source)).values.buffer), Buffer.from(values.buffer))).toBe(0);
  });

  it('of three sides holds images, of two rows of a table', async () => {
    put('images.idx', idx(8, [2, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]));
    expect(await load('images.idx')).toMatchObject({
      rows: 2,
      inputs: 6,
      imageShape: [2, 3],
      format: 'image',
      maximum: 255,
      labels: null,
      columns: ['pixel 1,1', 'pixel 1,2', 'pixel 1,3', 'pixel 2,1', 'pixel 2,2', 'pixel 2,3'],
    });
    put('rows.idx', idx(14, [2, 2], [0.5, -1, 2, 4]));
    expect(await load('rows.idx')).toMatchObject({
      rows: 2,
      inputs: 2,
      imageShape: null,
      format: 'table',
      columns: ['column 1', 'column 2'],
    });
  });

  it('has images of other numbers than bytes divided by the largest in size, or by 1 where all are 0', async () => {
    put('signed.idx', idx(11, [2, 1, 2], [3, -40, 5, 0]));
    expect((await load('signed.idx')).maximum).toBe(40);
    put('zeros.idx', idx(13, [1, 1, 2], [0, 0]));
    expect((await load('zeros.idx')).maximum).toBe(1);
  });

  it('takes its labels from the file that data.label names, as MNIST’s files are called', async () => {
    put('train-images-idx3-ubyte.gz', gzipSync(idx(8, [3, 1, 1], [7, 8, 9])));
    put('train-labels-idx1-ubyte.gz', gzipSync(idx(8, [3], [5, 0, 5])));
    const found = await load('train-images-idx3-ubyte.gz', { label: 'train-labels-idx1-ubyte.gz' });
    expect(found.labelNames).toEqual(['0', '5']);
    expect([...found.labels!]).toEqual([1, 0, 1]);
    const alone = await load('train-images-idx3-ubyte.gz');
    expect(alone.hash).not.toBe(found.hash);
  });
});

describe('what is no such file is refused in one sentence:', () => {
  const good = idx(8, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);

  it.each<[what: string, bytes: Uint8Array, words: string]>([
    ['other bytes', Buffer.from('PNG and so on'), 'begins with the bytes 80, 78, 71, 32'],
    ['nothing', Buffer.alloc(0), 'ends inside its header'],
    ['a header cut short', good.subarray(0, 9), 'ends inside its header'],
    ['numbers cut short', good.subarray(0, 20), 'promises 2 x 2 x 2 = 8 numbers and has 4'],
    ['bytes too many', Buffer.concat([good, Buffer.from([1])]), 'goes on after the 2 x 2 x 2 numbers'],
    ['a side of nothing', idx(8, [0, 2, 2], []), 'is empty: its sides are 0 x 2 x 2'],
    ['more than can be read', idx(8, [4_000_000_000, 28, 28], [1]), 'promises 4000000000 x 28 x 28 numbers; at most 1073741824'],
    ['more than the file can hold', idx(8, [50_000, 2], [1]), 'promises 50000 x 2 numbers, which its 13 bytes cannot hold'],
    ['a list alone', idx(8, [3], [1, 2, 3]), 'has 1 sides (3)'],
    ['colour images', idx(8, [1, 2, 2, 3], new Uint8Array(12)), 'has 4 sides (1 x 2 x 2 x 3)'],
    ['numbers that are none', idx(13, [1, 2], [1, Number.NaN]), 'number 2 of row 1 is not finite'],
  ])('%s', async (_, bytes, words) => {
    put('bad.idx', bytes);
    const { message, path } = await refusal(load('bad.idx'));
    expect(message).toContain('bad.idx');
    expect(message).toContain(words);
    expect(path).toBe('data.source');
  });

  it('damaged packing, and a packed file that unpacks to more than it promises', async () => {
    put('bad.idx.gz', gzipSync(good).subarray(0, 25));
    expect((await refusal(load('bad.idx.gz'))).message).toContain('is not a gzip file or is cut short');
    put('bomb.idx.gz', gzipSync(Buffer.concat([good, Buffer.alloc(50_000_000)])));
    expect((await refusal(load('bomb.idx.gz'))).message).toContain('goes on after');
  });

  it('labels of another number, of more sides, and of no file', async () => {
    put('images.idx', good);
    put('three.idx', idx(8, [3], [1, 2, 3]));
    expect(await refusal(load('images.idx', { label: 'three.idx' }))).toEqual({
      message: 'three.idx has 3 labels for 2 rows; it belongs to another file',
      path: 'data.label',
    });
    put('gaps.idx', idx(13, [2], [1, Number.NaN]));
    expect(await refusal(load('images.idx', { label: 'gaps.idx' }))).toEqual({
      message: 'gaps.idx: label 2 is not finite',
      path: 'data.label',
    });
    expect((await refusal(load('images.idx', { label: 'images.idx' }))).message).toContain('a file of labels has one number for each row');
    expect(await refusal(load('images.idx', { label: 'nowhere.idx' }))).toMatchObject({
      path: 'data.label',
      message: expect.stringContaining('does not exist'),
    });
  });
});

describe('the fashion set', () => {
  it('holds 400 images of 28 x 28 pixels of each of ten named classes', async () => {
    const fashion = await load('fashion');
    expect(fashion).toMatchObject({ rows: 4000, inputs: 784, imageShape: [28, 28], format: 'image', maximum: 255 });
    expect(fashion.labelNames).toHaveLength(10);
    expect(fashion.labelNames[9]).toBe('Ankle boot');
    const counts = new Array(10).fill(0);
    for (const label of fashion.labels!) counts[label]++;
    expect(counts).toEqual(new Array(10).fill(400));
    // the first image of the full training set is an ankle boot, the second a T-shirt
    expect([...fashion.labels!.slice(0, 4)]).toEqual([9, 0, 0, 3]);
    expect(fashion.values.reduce((a, b) => Math.max(a, b), 0)).toBe(255);
  });

  it('holds the numbers of the full training set: the sums over each class', async () => {
    const { values, labels, inputs } = await load('fashion');
    const sums = new Array(10).fill(0);
    values.forEach((value, i) => {
      sums[labels![Math.floor(i / inputs)]!] += value;
    });
    // counted in the full file by other means: the first 400 of each class
    const counted = [25994362, 18012460, 30052214, 20459240, 31550818, 10636712, 26798180, 13616685, 28264634, 23937491];
    expect(sums).toEqual(counted);
  });

  it('has one label', async () => {
    expect((await load('fashion', { label: 'class' })).rows).toBe(4000);
    expect((await refusal(load('fashion', { label: 'clas' }))).message).toContain('did you mean "class"');
  });
});
