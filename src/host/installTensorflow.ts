import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import type { Lab } from './lab.ts';
import { nodeProgram } from './nodeProgram.ts';

/** "3/5 Fetching TensorFlow": a step of the command line's install. */
const STEP = /^(\d)\/(\d) (.+)$/;

/** How the program ended and its last words. */
interface End {
  code: number | null;
  said: string;
}

let isUnderway = false;

/**
 * Installs the native TensorFlow engine for this user: the command line does it in a process of its own, this shows how far it is.
 * @returns the engine as it describes itself; undefined when it was cancelled or failed, and people were told why
 */
export async function installTensorflow(lab: Lab): Promise<string | undefined> {
  if (isUnderway) return void vscode.window.showInformationMessage(vscode.l10n.t('TensorFlow is being installed already.'));
  isUnderway = true;
  try {
    const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Native TensorFlow'), cancellable: true };
    const { code, said } = await vscode.window.withProgress(options, (progress, token) => followInstall(lab, progress, token));
    if (code === 0) {
      void vscode.window.showInformationMessage(said);
      return said;
    }
    if (code !== 130) tellFailure(lab, said);
    return undefined;
  } finally {
    isUnderway = false;
  }
}

function followInstall(lab: Lab, progress: vscode.Progress<{ message: string }>, token: vscode.CancellationToken): Promise<End> {
  const { path, env } = nodeProgram();
  const child = spawn(path, [lab.context.asAbsolutePath('dist/cli.js'), 'setup', 'tensorflow'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  lab.log.info(`installs TensorFlow with ${path}, process ${child.pid ?? 'none'}`);
  let said = '';
  let isCancelled = false;
  const hear = (line: string) => {
    lab.log.info(`install of TensorFlow: ${line}`);
    if (line.trim() !== '') said = line.replace(/^latent-lab: /, '');
    const step = STEP.exec(line);
    if (step) progress.report({ message: vscode.l10n.t('{0} of {1}: {2}', step[1]!, step[2]!, step[3]!) });
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', hear);
  const cancelling = token.onCancellationRequested(() => {
    isCancelled = true;
    stop(child);
  });
  return new Promise<End>((resolve) => {
    child.once('error', (error) => resolve({ code: null, said: vscode.l10n.t('{0} could not be started: {1}', path, error.message) }));
    child.once('close', (code) => resolve({ code: isCancelled ? 130 : code, said }));
  }).finally(() => cancelling.dispose());
}

/** Windows knows no signals: there the whole tree is ended, and the next install takes away what is left. */
function stop(child: ChildProcess): void {
  if (process.platform !== 'win32') child.kill('SIGTERM');
  else if (child.pid) spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { windowsHide: true }).on('error', () => child.kill());
}

function tellFailure(lab: Lab, said: string): void {
  const showLog = vscode.l10n.t('Show Log');
  const sentence = vscode.l10n.t('TensorFlow was not installed: {0}', said);
  void vscode.window.showErrorMessage(sentence, showLog).then((chosen) => {
    if (chosen === showLog) lab.log.show();
  });
}
