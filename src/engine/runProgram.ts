import { spawn } from 'node:child_process';

/** Characters of a program's output that are kept. */
const KEPT = 8000;

/** A program that could not be started or that ended badly. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  /** Whether there is no such program on this machine. */
  readonly isMissing: boolean;
  /** The end of what it said. */
  readonly said: string;

  constructor(command: readonly string[], end: { how: string; said?: string; isMissing?: boolean }) {
    super(`${command.slice(0, 3).join(' ')} ${end.how}`);
    this.said = end.said ?? '';
    this.isMissing = end.isMissing ?? false;
  }

  /** The last line that tells of an error, or the last at all. */
  get lastWords(): string {
    const lines = this.said.split('\n').map((line) => line.trim());
    const told = lines.filter((line) => /(^|\s)error:? /i.test(line) && !line.includes('complete log'));
    return (told.at(-1) ?? lines.filter((line) => line !== '').at(-1) ?? this.message).slice(0, 300);
  }
}

/**
 * Runs a program to its end, with all that it starts.
 * @param command the program and its arguments
 * @param options folder to run in, variables beside our own, and what ends it early
 * @returns the end of what it wrote to stdout
 * @throws ProgramError when it is not there, ends badly or is ended by the signal
 */
export function runProgram(
  command: readonly [string, ...string[]],
  options: { folder?: string; env?: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<string> {
  const [program, ...args] = command;
  const isWindows = process.platform === 'win32';
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) {
      reject(new ProgramError(command, { how: 'was not started' }));
      return;
    }
    const child = spawn(program, args, {
      cwd: options.folder,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // a group of its own on POSIX, so that what it started ends with it
      detached: !isWindows,
      // npm is a script there, which only a shell can start
      shell: isWindows && program === 'npm',
      windowsHide: true,
    });
    let [out, said] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      out = (out + data).slice(-KEPT);
      said = (said + data).slice(-KEPT);
    });
    child.stderr.on('data', (data: Buffer) => {
      said = (said + data).slice(-KEPT);
    });
    const stop = () => stopTree(child.pid);
    options.signal.addEventListener('abort', stop, { once: true });
    child.once('error', (error: NodeJS.ErrnoException) => {
      options.signal.removeEventListener('abort', stop);
      reject(new ProgramError(command, { how: `could not be started (${error.message})`, isMissing: error.code === 'ENOENT' }));
    });
    child.once('close', (code, signal) => {
      options.signal.removeEventListener('abort', stop);
      if (code === 0) resolve(out);
      else reject(new ProgramError(command, { how: options.signal.aborted ? 'was ended' : `ended with ${signal ?? code}`, said }));
    });
  });
}

function stopTree(pid: number | undefined): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true }).on('error', () => {});
  else
    try {
      process.kill(-pid, 'SIGTERM');
    } catch {
      // it has ended
    }
}
