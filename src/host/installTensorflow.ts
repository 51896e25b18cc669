import * as vscode from 'vscode';
import { followProgram, tellFailure } from './followProgram.ts';
import type { Lab } from './lab.ts';

/** "3/5 Fetching TensorFlow": a step of the command line's install. */
const STEP = /^(\d)\/(\d) (.+)$/;

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
    const { code, said } = await vscode.window.withProgress(options, (progress, token) => {
      const hear = (line: string) => {
        const step = STEP.exec(line);
        if (step) progress.report({ message: vscode.l10n.t('{0} of {1}: {2}', step[1]!, step[2]!, step[3]!) });
      };
      return followProgram(lab, { args: ['setup', 'tensorflow'], name: 'install of TensorFlow', hear }, token);
    });
    if (code === 0) {
      void vscode.window.showInformationMessage(said);
      return said;
    }
    if (code !== 130) tellFailure(lab, vscode.l10n.t('TensorFlow was not installed: {0}', said));
    return undefined;
  } finally {
    isUnderway = false;
  }
}
