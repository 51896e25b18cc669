import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import type { Lab } from './lab.ts';
import { nodeProgram } from './nodeProgram.ts';

/** How the program ended and its last words; 130: people cancelled it. */
export interface End {
  code: number | null;
  said: string;
}

/** What to run, and who listens. */
export interface FollowedProgram {
  /** Arguments of the command line. */
  args: readonly string[];
  /** What the log calls it. */
  name: string;
  /** Hears every line that it says. */
  hear(line: string): void;
}

/** Runs the command line in a process of its own and listens until it ends or people cancel it. */
export function followProgram(lab: Lab, { args, name, hear }: FollowedProgram, token: vscode.CancellationToken): Promise<End> {
  const { path, env } = nodeProgram();
  const child = spawn(path, [lab.context.asAbsolutePath('dist/cli.js'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  lab.log.info(`${name} with ${path}, process ${child.pid ?? 'none'}`);
  let said = '';
  let isCancelled = false;
  const listen = (line: string) => {
    lab.log.info(`${name}: ${line}`);
    if (line.trim() !== '') said = line.replace(/^latent-lab: /, '');
    hear(line);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', listen);
  const cancelling = token.onCancellationRequested(() => {
    isCancelled = true;
    stop(child);
  });
  return new Promise<End>((resolve) => {
    child.once('error', (error) => resolve({ code: null, said: vscode.l10n.t('{0} could not be started: {1}', path, error.message) }));
    child.once('close', (code) => resolve({ code: isCancelled ? 130 : code, said }));
  }).finally(() => cancelling.dispose());
}

/** Windows knows no signals: there the whole tree is ended. */
function stop(child: ChildProcess): void {
  if (process.platform !== 'win32') child.kill('SIGTERM');
  else if (child.pid) spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { windowsHide: true }).on('error', () => child.kill());
}

/** Says that something failed, with the log at hand. */
export function tellFailure(lab: Lab, sentence: string): void {
  const showLog = vscode.l10n.t('Show Log');
  void vscode.window.showErrorMessage(sentence, showLog).then((chosen) => {
    if (chosen === showLog) lab.log.show();
  });
}
