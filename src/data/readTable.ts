import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, Parser } from 'csv-parse';
import { UserError } from '../experiment/problem.ts';
import type { Dataset } from './dataset.ts';
import { TableRows, type TableSettings } from './tableRows.ts';

/** Longest row in bytes: a quote that is never closed, or a file that is no table, ends here and not in the memory. */
const longestRow = 2 ** 24;

/**
 * Reads a table of numbers (.csv, .tsv, either with .gz) as a stream: at any moment one portion of the file is in memory
 * as text, the rows are numbers at once. Blank lines are skipped, cells may be quoted.
 * @param path absolute
 * @throws UserError naming file, line and column; the signal's reason when it is aborted
 */
export async function readTable(path: string, settings: TableSettings, signal?: AbortSignal): Promise<Dataset> {
  const rows = new TableRows(settings);
  const hash = createHash('sha256');
  const isTabbed = /\.tsv(\.gz)?$/i.test(path);
  const parser = new Parser({
    bom: true,
    delimiter: isTabbed ? '\t' : ',',
    record_delimiter: ['\r\n', '\n', '\r'],
    // in a .tsv a blank cell is an empty one, which trimming would swallow with its tab
    trim: !isTabbed,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: longestRow,
    on_record: (cells: string[], { lines }) => {
      rows.add(cells, lines);
      return null;
    },
  });
  const file = createReadStream(path, { highWaterMark: 2 ** 17 });
  const unpacked = /\.gz$/i.test(path) ? createGunzip() : new PassThrough();
  try {
    await pipeline(file, hashing(hash), unpacked, parser, drain, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw explain(error, settings.name, rows.lastLine + 1);
  }
  return rows.finish(hash.digest('hex'));
}

/** Lets bytes through and takes their sum on the way. */
function hashing(hash: Hash): Transform {
  return new Transform({
    transform(bytes: Buffer, _, done) {
      hash.update(bytes);
      done(null, bytes);
    },
  });
}

/** The parser's readable side must be read to its end, though nothing comes out of it. */
async function drain(records: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of records);
}

/** @param line where the row begins that could not be read: a quote that is never closed swallows all lines after it */
function explain(error: unknown, name: string, line: number): unknown {
  if (error instanceof CsvError) {
    const fault =
      error.code === 'CSV_MAX_RECORD_SIZE'
        ? 'this row is longer than 16 MB; is a quote not closed, or is this no table?'
        : 'the quotes do not match; quote the whole cell and double a quote inside it';
    return new UserError(`${name}, line ${line}: ${fault}`, 'data.source');
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('Z_'))
    return new UserError(`${name} is not a gzip file or is cut short; pack it again or remove .gz from its name`, 'data.source');
  return error;
}
