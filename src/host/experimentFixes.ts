import * as vscode from 'vscode';
import type { Problem } from '../experiment/problem.ts';
import { type ExperimentDiagnostics, rangeOf } from './experimentDiagnostics.ts';

/** Quick fixes: the text that a problem says would mend it. */
export class ExperimentFixes implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];
  readonly #diagnostics: ExperimentDiagnostics;

  constructor(diagnostics: ExperimentDiagnostics) {
    this.#diagnostics = diagnostics;
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    return this.#diagnostics
      .problemsOf(document)
      .filter((problem): problem is Problem & { fix: string } => problem.fix !== undefined)
      .filter((problem) => rangeOf(document, problem).intersection(range) !== undefined)
      .map((problem) => fixOf(document, problem, context));
  }
}

function fixOf(document: vscode.TextDocument, problem: Problem & { fix: string }, context: vscode.CodeActionContext): vscode.CodeAction {
  const range = rangeOf(document, problem);
  const replaced = new vscode.Range(document.positionAt(problem.offset), document.positionAt(problem.offset + problem.length));
  const action = new vscode.CodeAction(vscode.l10n.t('Change to {0}', problem.fix), vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.replace(document.uri, replaced, problem.fix);
  action.isPreferred = true;
  action.diagnostics = context.diagnostics.filter((diagnostic) => diagnostic.source === 'Latent Lab' && diagnostic.range.isEqual(range));
  return action;
}
