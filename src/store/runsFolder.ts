import { existsSync, readFileSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../experiment/problem.ts';
import { errorCode, explainDiskError } from './diskError.ts';

/** Version of the layout under `.latent`. */
export const LAYOUT_VERSION = 1;

/**
 * The workspace an experiment belongs to: the nearest folder above it with `.git` or `.latent`, else its own folder.
 * @param experimentPath path of the file (it need not exist)
 */
export function workspaceOf(experimentPath: string): string {
  const own = dirname(resolve(experimentPath));
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git')) || existsSync(join(folder, '.latent'))) return folder;
    if (dirname(folder) === folder) return own;
  }
}

/** The path of an experiment as summaries tell it: from its workspace, "/" between parts; its name alone where it lies elsewhere. */
export function relativeExperimentPath(experimentPath: string): string {
  const path = relative(workspaceOf(experimentPath), resolve(experimentPath));
  return path.startsWith('..') ? basename(path) : path.split(sep).join('/');
}

/** Where the runs of an experiment go: `.latent/runs` of its workspace. The same for editor and command line. */
export async function runsFolderFor(experimentPath: string): Promise<string> {
  return join(workspaceOf(experimentPath), '.latent', 'runs');
}

/**
 * Makes a runs folder ready: the folder itself, and where it lies in a `.latent`, its .gitignore and its version.
 * @throws UserError when it cannot be written, or was made by a newer version
 */
export async function ensureRunsFolder(runsFolder: string): Promise<void> {
  const newer = newerLayout(runsFolder);
  if (newer) throw new UserError(newer);
  try {
    await mkdir(runsFolder, { recursive: true });
    const home = homeOf(runsFolder);
    if (!home) return;
    await writeOnce(join(home, '.gitignore'), '*\n');
    await writeOnce(join(home, 'version'), `${LAYOUT_VERSION}\n`);
  } catch (error) {
    throw explainDiskError(error, runsFolder);
  }
}

/** The `.latent` that a runs folder lies in; null for a runs folder that stands alone. */
export function homeOf(runsFolder: string): string | null {
  const home = dirname(resolve(runsFolder));
  return basename(home) === '.latent' ? home : null;
}

/** A sentence when the runs folder was made by a newer version of the product, else null. */
export function newerLayout(runsFolder: string): string | null {
  const home = homeOf(runsFolder);
  if (!home) return null;
  let version: number;
  try {
    version = Number.parseInt(readFileSync(join(home, 'version'), 'utf8'), 10);
  } catch {
    return null;
  }
  if (!(version > LAYOUT_VERSION)) return null;
  return `${home} was written by a newer version of Latent Lab (layout ${version}, this one knows ${LAYOUT_VERSION}); update Latent Lab or choose another runs folder`;
}

/** A hint to everybody who watches the runs folder that something in one of its runs has changed. */
export async function touchRunsFolder(runsFolder: string): Promise<void> {
  const now = new Date();
  // a hint only: whoever polls sees the change too
  await utimes(runsFolder, now, now).catch(() => {});
}

async function writeOnce(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}
