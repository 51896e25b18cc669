import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { temporaryFolder } from './temporaryFolder.ts';

let bundle: Promise<string> | undefined;

/** A process that holds a run. */
export interface WriterProcess {
  process: ChildProcess;
  /** The next thing it says. */
  next(): Promise<Record<string, unknown>>;
  /** Ends it as nobody can hinder; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a process that takes the lock of a run and does one of: hold, compute, tear, race. */
export async function startWriter(folder: string, task: 'hold' | 'compute' | 'tear' | 'race'): Promise<WriterProcess> {
  bundle ??= bundleChild();
  const child = spawn(process.execPath, [await bundle, folder, task], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    process: child,
    next: async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function bundleChild(): Promise<string> {
  const outfile = join(temporaryFolder(), 'writer.cjs');
  await build({ entryPoints: [join(import.meta.dirname, 'writerChild.ts')], bundle: true, platform: 'node', format: 'cjs', outfile });
  return outfile;
}
