import { UserError } from '../experiment/problem.ts';

/** The system's short word for what went wrong ("ENOENT"), or "" where there is none. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Whether there was no room left for what was to be written. */
export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errorCode(error));
}

/**
 * An error of the file system as a sentence that says what to do, where a user can mend it.
 * @param path what was to be written
 * @returns a UserError for a full disk and for folders that cannot be written; everything else as it came
 */
export function explainDiskError(error: unknown, path: string): unknown {
  if (error instanceof UserError) return error;
  if (isDiskFull(error)) return new UserError(`disk full: ${path} could not be written; free some space and start the run again`);
  switch (errorCode(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UserError(`${path} cannot be written: no permission; change its permissions or choose another runs folder`);
    case 'ENOTDIR':
    case 'EEXIST':
      return new UserError(`${path} cannot be made: a file of that name is in the way; move it or choose another runs folder`);
    case 'ENOENT':
      return new UserError(`${path} cannot be written: its folder is gone; choose another runs folder`);
    default:
      return error;
  }
}
