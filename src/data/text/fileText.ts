import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../experiment/problem.ts';
import { TextBytes } from './textBytes.ts';
import type { TextSource } from './textSource.ts';
import { wholeWords } from './wholeWords.ts';

const portionBytes = 2 ** 18;

/**
 * A .txt file, packed or not, read as a stream: at any moment one portion of it is in memory.
 * @param path absolute
 * @param name how its user calls it
 */
export function fileText(path: string, name: string): TextSource {
  let sum = '';
  return {
    name,
    isGenerated: false,
    version: async () => {
      const { size, mtimeMs, ino } = await stat(path);
      return [size, mtimeMs, ino].join();
    },
    read: (signal) =>
      wholeWords(
        readPortions(path, name, signal, (hash) => {
          sum = hash;
        }),
      ),
    hash: () => sum,
  };
}

async function* readPortions(
  path: string,
  name: string,
  signal: AbortSignal | undefined,
  tellHash: (hash: string) => void,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const text = new TextBytes(name);
  const file = createReadStream(path, { highWaterMark: portionBytes });
  // an error of the file comes out of the end that is read
  const bytes = /\.gz$/i.test(path)
    ? pipeline(file, hashing(hash), createGunzip({ chunkSize: portionBytes }), () => {})
    : pipeline(file, hashing(hash), () => {});
  try {
    for await (const portion of bytes) {
      signal?.throwIfAborted();
      yield text.take(portion as Buffer);
    }
    signal?.throwIfAborted();
    yield text.finish();
    tellHash(hash.digest('hex'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('Z_'))
      throw new UserError(`${name} is not a gzip file or is cut short; pack it again or remove .gz from its name`, 'data.source');
    throw error;
  } finally {
    file.destroy();
  }
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
