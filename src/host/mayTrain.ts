import * as vscode from 'vscode';

/** Training runs a program on this folder's files: only where people trust it, in code as in `when` clauses. */
export async function mayTrain(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const sentence = vscode.l10n.t('Training waits until you trust this folder: it runs a program on the folder’s files.');
  void vscode.window.showWarningMessage(sentence, manage).then((chosen) => {
    if (chosen === manage) void vscode.commands.executeCommand('workbench.trust.manage');
  });
  return false;
}
