import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { didYouMean } from '../experiment/didYouMean.ts';
import { UserError } from '../experiment/problem.ts';

/** A data source that could not be opened or read. */
export interface FailedSource {
  /** As the experiment writes it. */
  source: string;
  /** Where it should lie. */
  path: string;
  /** Whether a file of this name could be meant. */
  fits(name: string): boolean;
  /** Names of the data sets that are shipped. */
  builtIn: readonly string[];
}

/** Says in a sentence why a file could not be opened or read; any other error comes back as it is. */
export async function explainFile(error: unknown, { source, path, fits, builtIn }: FailedSource): Promise<unknown> {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const neighbours = await readdir(dirname(path)).catch(() => []);
    const meant = didYouMean(basename(path), neighbours.filter(fits)) ?? didYouMean(source, builtIn);
    return new UserError(
      `data.source ${path} does not exist${meant === null ? '; paths start at the experiment file' : ` (did you mean "${meant}"?)`}`,
      'data.source',
    );
  }
  if (code === 'EACCES' || code === 'EPERM')
    return new UserError(`data.source ${path} may not be read; change its permissions`, 'data.source');
  if (code === 'EIO' || code === 'EBUSY')
    return new UserError(`data.source ${path} cannot be read (${code}); try again or copy it to a local disk`, 'data.source');
  return error;
}
