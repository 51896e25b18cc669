import * as vscode from 'vscode';
import { UserError } from '../experiment/problem.ts';

/** Tells people what went wrong: a UserError as it is, anything else as a bug with the log at hand. */
export async function reportError(error: unknown, doing: string, log: vscode.LogOutputChannel): Promise<void> {
  if (error instanceof UserError) {
    log.warn(`${doing}: ${error.message}`);
    await vscode.window.showErrorMessage(error.message);
    return;
  }
  log.error(doing, error instanceof Error ? (error.stack ?? error.message) : String(error));
  const showLog = vscode.l10n.t('Show Log');
  const message = error instanceof Error ? error.message : String(error);
  const chosen = await vscode.window.showErrorMessage(vscode.l10n.t('{0} did not work: {1}', doing, message), showLog);
  if (chosen === showLog) log.show();
}
