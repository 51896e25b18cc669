import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../../src/data/loadDataset.ts';
import { dataSchema } from '../../../src/experiment/autoencoder.ts';
import { UserError } from '../../../src/experiment/problem.ts';

const media = join(import.meta.dirname, '../../../media');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latent-data-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const load = (source: string, settings: Record<string, unknown> = {}, signal?: AbortSignal) =>
  loadDataset(dataSchema.parse({ source, ...settings }), { folder, media, seed: 0, signal });

/** Writes a table and reads it. */
function read(text: string | Uint8Array, settings: Record<string, unknown> = {}, name = 'table.csv') {
  writeFileSync(join(folder, name), text);
  return load(name, settings);
}

/** The sentence with which a table is refused; it must be the user's to mend. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).path).toMatch(/^data\./);
  return (error as UserError).message;
}

describe('the digits', () => {
  it('are 1797 images of 64 pixels from 0 to 16 with ten labels', async () => {
    const digits = await load('digits', { label: 'digit' });
    expect([digits.rows, digits.inputs, digits.imageShape, digits.maximum, digits.format]).toEqual([1797, 64, [8, 8], 16, 'image']);
    expect([...digits.values.slice(0, 8)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0]);
    expect([...digits.labels!.slice(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
    expect(digits.labelNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(digits.values.reduce((sum, v) => sum + v, 0)).toBe(561718);
    expect([digits.columns[0], digits.columns[63], digits.allColumns[64]]).toEqual(['pixel 1,1', 'pixel 8,8', 'digit']);
    expect(digits.hash).toBe(
      createHash('sha256')
        .update(readFileSync(join(media, 'datasets/digits.csv.gz')))
        .digest('hex'),
    );
  });

  it('have one label', async () => {
    expect(await refusal(load('digits', { label: 'digits' }))).toBe(
      'data.label "digits" is not a label of "digits" (did you mean "digit"?)',
    );
    expect(await refusal(load('digits', { label: 'colour' }))).toContain('its only label is "digit"');
  });
});

describe('reading a table', () => {
  it('takes the names of the first row, and the label column out of the inputs', async () => {
    const data = await read('width,kind,height\n1,cat,2\n3,dog,4.5\n5,,-6e1\n', { label: 'kind' });
    expect([data.rows, data.inputs, data.columns, data.allColumns]).toEqual([3, 2, ['width', 'height'], ['width', 'kind', 'height']]);
    expect([...data.values]).toEqual([1, 2, 3, 4.5, 5, -60]);
    expect([...data.labels!]).toEqual([0, 1, -1]);
    expect([data.labelNames, data.imageShape, data.format]).toEqual([['cat', 'dog'], null, 'table']);
  });

  it('names columns by number when there is no header', async () => {
    const data = await read('1,2,7\n3,4,9\n', { label: 'column 3' });
    expect([data.rows, data.columns, data.labelNames]).toEqual([2, ['column 1', 'column 2'], ['7', '9']]);
  });

  it('sees a header by a cell that is not a number, unless told', async () => {
    expect((await read('1,b\n2,3\n')).columns).toEqual(['1', 'b']);
    expect((await read('1,2\n2,3\n', { header: true })).columns).toEqual(['1', '2']);
    expect((await read('5,setosa\n6,virginica\n', { header: false, label: 'column 2' })).labelNames).toEqual(['setosa', 'virginica']);
    expect((await read(',a\n1,2\n')).columns).toEqual(['column 1', 'a']);
  });

  it('reads tabs, quotes, byte order marks, Windows and mixed line ends, blank lines and spaces', async () => {
    const expected = [1, 2, 3, 4];
    const texts = ['\ufeffa,b\r\n1,2\r\n3,4\r\n', 'a,b\n1,2\r\n\n3,4', 'a,b\r1,2\r3,4\r', '"a","b"\n"1","2"\n 3 , "4" \n\n'];
    for (const text of texts) {
      const data = await read(text);
      expect([...data.values], JSON.stringify(text)).toEqual(expected);
      expect(data.columns, JSON.stringify(text)).toEqual(['a', 'b']);
    }
    expect([...(await read('a\tb\n1\t2\n3\t4\n', {}, 'table.tsv')).values]).toEqual(expected);
    expect((await read('"a, ""b""\nand c",d\n1,2\n')).columns).toEqual(['a, "b"\nand c', 'd']);
    expect([...(await read(Buffer.from('\ufeffa,b\n1,2\n3,4\n', 'utf16le'))).values]).toEqual(expected);
  });

  it('reads packed tables', async () => {
    expect([...(await read(gzipSync('a,b\n1,2\n'), {}, 'table.csv.gz')).values]).toEqual([1, 2]);
    expect(await refusal(read('a,b\n1,2\n', {}, 'plain.csv.gz'))).toContain('plain.csv.gz is not a gzip file or is cut short');
    const cut = gzipSync('a,b\n1,2\n').subarray(0, 20);
    expect(await refusal(read(cut, {}, 'cut.csv.gz'))).toContain('cut.csv.gz is not a gzip file or is cut short');
  });

  it('sorts labels naturally: numbers by value, text with its numbers', async () => {
    const labelsOf = async (...labels: string[]) =>
      (await read(`x,y\n${labels.map((l) => `1,${l}`).join('\n')}\n`, { label: 'y' })).labelNames;
    expect(await labelsOf('10', '9', '-1', '2')).toEqual(['-1', '2', '9', '10']);
    expect(await labelsOf('class 10', 'class 9', '3', 'a')).toEqual(['3', 'a', 'class 9', 'class 10']);
    const data = await read('x,y\n1,b\n1,a\n1,\n1,b\n', { label: 'y' });
    expect([...data.labels!]).toEqual([1, 0, -1, 1]);
  });

  it('gives back any table of numbers that was written', async () => {
    const cell = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -1e6, max: 1e6 }));
    const shape = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }), fc.constantFrom('\n', '\r\n'));
    await fc.assert(
      fc.asyncProperty(
        shape.chain(([width, rows, end]) =>
          fc.tuple(
            fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: rows, maxLength: rows }),
            fc.constant(end),
          ),
        ),
        async ([rows, end]) => {
          const data = await read(rows.map((row) => row.join(',')).join(end));
          expect([...data.values]).toEqual(rows.flat().map((v) => Math.fround(v) + 0));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is known by the sum of its bytes', async () => {
    const text = 'a,b\n1,2\n';
    expect((await read(text)).hash).toBe(createHash('sha256').update(text).digest('hex'));
  });
});

describe('refusing a table', () => {
  it.each([
    ['a,b\n1,2\n3\n', 'table.csv, line 3 has 1 cell, expected 2 as in the first row'],
    ['a,b\n1,2\n3,4,5\n', 'table.csv, line 3 has 3 cells, expected 2 as in the first row'],
    ['a,b\n1,2\n\n3,red\n', 'table.csv, line 4, column "b" is "red", not a number; if this column holds the labels, set data.label to "b"'],
    ['a,b\n1,NaN\n', 'table.csv, line 2, column "b" is "NaN", not a finite number'],
    ['1,2\n-inf,3\n', 'table.csv, line 2, column "column 1" is "-inf", not a finite number'],
    ['a,b\n1,Infinity\n', 'table.csv, line 2, column "b" is "Infinity", not a finite number'],
    ['a,b\n1,1e39\n', 'table.csv, line 2, column "b" is "1e39", too large for single precision'],
    ['a,b\n1,0x10\n', 'table.csv, line 2, column "b" is "0x10", not a number'],
    ['a,b\n1,\n', 'table.csv, line 2, column "b" is empty'],
    ['a,b\n1,  \n', 'table.csv, line 2, column "b" is empty'],
    ['a\n"1,5"\n', 'not a number; write decimals with a point'],
    ['a;b\n1;2\n', 'table.csv, line 2, column "a;b" is "1;2", not a number; separate cells by commas, or by tabs in a .tsv file'],
    ['', 'table.csv is empty'],
    ['\n\n', 'table.csv is empty'],
    ['a,b\n', 'table.csv has a header and no rows below it'],
    ['a,b\n1,"2\n3,4\n5,6\n', 'table.csv, line 2: the quotes do not match'],
    ['a,b\n1,"2"3\n', 'table.csv, line 2: the quotes do not match'],
    ['a,b\n1,2"3"\n', 'table.csv, line 2: the quotes do not match'],
  ])('%j says what, where and what to do', async (text, sentence) => {
    expect(await refusal(read(text))).toContain(sentence);
  });

  it('says which columns there are when the label is not among them', async () => {
    expect(await refusal(read('width,species\n1,a\n', { label: 'speces' }))).toBe(
      'data.label "speces" is not a column of table.csv (did you mean "species"?); its columns are "width", "species"',
    );
    const wide = Array.from({ length: 20 }, (_, i) => `c${i}`).join(',');
    expect(await refusal(read(`${wide}\n`, { label: 'zebra' }))).toContain('"c11" and 8 more');
    expect(await refusal(read('y,y,x\n1,2,3\n', { label: 'y' }))).toContain('two columns are called "y"');
    expect(await refusal(read('y\n1\n', { label: 'y' }))).toContain('table.csv has no input columns');
    expect(await refusal(read('y,x\na,b\n', { label: 'y' }))).toContain('inputs must be numbers: leave the column out or encode it');
  });

  it('says what is wrong with the file', async () => {
    writeFileSync(join(folder, 'iris.csv'), 'a\n1\n');
    mkdirSync(join(folder, 'pictures.csv'), { recursive: true });
    expect(await refusal(load('iirs.csv'))).toBe(`data.source ${join(folder, 'iirs.csv')} does not exist (did you mean "iris.csv"?)`);
    expect(await refusal(load('digit'))).toContain('(did you mean "digits"?)');
    expect(await refusal(load('iris.csv/more.csv'))).toContain('does not exist');
    expect(await refusal(load('pictures.csv'))).toContain('is a folder; name a .csv or .tsv file in it');
    expect(await refusal(read('1', {}, 'table.dat'))).toBe(
      'data.source table.dat ends in ".dat", which is no known format; use .csv, .tsv or .idx',
    );
    expect(await refusal(read('1', {}, 'table'))).toContain('ends in no extension');
    expect(await refusal(read('1', {}, 'table.npy'))).toContain('not built yet: reading .npy files (table.npy)');
  });

  it('ends at a row that never ends, and at bytes that are no text', async () => {
    expect(await refusal(read(`a,b\n1,"${'x'.repeat(17_000_000)}`))).toContain('table.csv, line 2: this row is longer than 16 MB');
    await refusal(read(Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)));
  });
});

describe('a large table', () => {
  it('never lies in memory as text: 64 MB are read in far less', async () => {
    const bundle = join(folder, 'read.cjs');
    const script = `import { readTable } from ${JSON.stringify(join(import.meta.dirname, '../../../src/data/readTable.ts'))};
      let most = 0;
      setInterval(() => { most = Math.max(most, process.memoryUsage().external); }, 1).unref();
      readTable(process.argv[2], { name: 'long.csv' }).then((data) => console.log(JSON.stringify([data.rows, data.inputs, most])));`;
    await build({
      stdin: { contents: script, resolveDir: import.meta.dirname, loader: 'ts' },
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'cjs',
    });
    const path = join(folder, 'long.csv');
    const portion = `${Array.from({ length: 8 }, (_, j) => `0.${'0'.repeat(121)}${j}`).join(',')}\n`.repeat(1000);
    const file = openSync(path, 'w');
    for (let i = 0; i < 64; i++) writeSync(file, portion);
    closeSync(file);
    // the text as strings would not fit into the heap, as buffers it would show in `external`
    const told = execFileSync(process.execPath, ['--max-old-space-size=40', bundle, path], { encoding: 'utf8' });
    const [rows, inputs, external] = JSON.parse(told) as number[];

    expect([rows, inputs]).toEqual([64_000, 8]);
    expect(external).toBeLessThan(40e6);
  });

  it('is read to the last row while other work goes on, and stops when it is told to', async () => {
    const rows = 200_000;
    const path = join(folder, 'large.csv');
    writeFileSync(path, Array.from({ length: rows }, (_, i) => `${i},${i % 7},k${i % 3}`).join('\n'));
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const data = await load('large.csv', { header: false, label: 'column 3' });
    clearInterval(timer);
    expect([data.rows, data.values.at(-2), data.labelNames.length]).toEqual([rows, rows - 1, 3]);
    expect(turns).toBeGreaterThan(3);

    const stop = new AbortController();
    const reading = load('large.csv', { header: false, label: 'column 3' }, stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 5);
    await expect(reading).rejects.toThrow('enough');
    await expect(load('large.csv', {}, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });
});
