import * as vscode from 'vscode';
import { isLive } from '../run/isLive.ts';
import { commandId } from './commandNames.ts';
import { newestRunOf } from './newestRun.ts';
import { describeListing } from './runRow.ts';
import type { RunsModel } from './runsModel.ts';

/** The line above an experiment: train it, stop its live run, open its newest. */
export class ExperimentLens implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #runs: RunsModel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable[];
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(runs: RunsModel) {
    this.#runs = runs;
    const change = () => this.#changed.fire();
    this.#listening = [runs.onDidChange(change), vscode.workspace.onDidGrantWorkspaceTrust(change)];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const firstLine = new vscode.Range(0, 0, 0, 0);
    return this.#commands(document).map((command) => new vscode.CodeLens(firstLine, command));
  }

  #commands({ uri }: vscode.TextDocument): vscode.Command[] {
    if (!vscode.workspace.isTrusted)
      return [{ title: vscode.l10n.t('$(shield) Trust this folder to train'), command: 'workbench.trust.manage' }];
    const train = { title: vscode.l10n.t('$(play) Train'), command: commandId('trainExperiment'), arguments: [uri] };
    const newest = newestRunOf(uri.fsPath, this.#runs);
    if (!newest) return [train];
    const open = {
      title: isLive(newest.status)
        ? vscode.l10n.t('$(graph-line) Dashboard')
        : vscode.l10n.t('$(graph-line) {0}', describeListing(newest, Date.now())),
      command: commandId('openDashboard'),
      arguments: [newest.id],
    };
    const stop = { title: vscode.l10n.t('$(debug-stop) Stop'), command: commandId('stopRun'), arguments: [newest.id] };
    return isLive(newest.status) ? [train, stop, open] : [train, open];
  }

  dispose(): void {
    for (const listener of this.#listening) listener.dispose();
    this.#changed.dispose();
  }
}
