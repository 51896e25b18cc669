import * as vscode from 'vscode';
import { isExperimentPath } from './findExperiment.ts';
import type { RunsModel } from './runsModel.ts';

/** Shows the runs of every experiment that people open, also of one outside the workspace. */
export function followExperiments(runs: RunsModel): vscode.Disposable {
  const follow = ({ uri }: vscode.TextDocument) => {
    if (uri.scheme === 'file' && isExperimentPath(uri.path)) void runs.addExperiment(uri.fsPath);
  };
  vscode.workspace.textDocuments.forEach(follow);
  return vscode.workspace.onDidOpenTextDocument(follow);
}
