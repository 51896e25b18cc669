import { readFileSync } from 'node:fs';
import { UserError } from '../experiment/problem.ts';

/**
 * Reads the text of an experiment file.
 * @throws UserError when it cannot be read, saying why in words
 */
export function readExperimentFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new UserError(`${path}: there is no such file; latent-lab template digits > ${path} makes one`);
    if (code === 'EISDIR') throw new UserError(`${path}: this is a folder; name an experiment file in it (*.latent.jsonc)`);
    if (code === 'EACCES') throw new UserError(`${path}: reading is not permitted`);
    throw error;
  }
}
