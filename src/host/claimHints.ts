import * as vscode from 'vscode';
import { describeClaim } from '../run/describeClaim.ts';
import type { JudgedClaim } from '../run/runSummary.ts';
import { newestRunOf } from './newestRun.ts';
import type { RunsModel } from './runsModel.ts';

const signs: Record<JudgedClaim['verdict'], string> = { confirmed: '✓', refuted: '✗', undecided: '?' };

/** Behind every claim of an experiment what its newest ended run says of it; a claim that was changed since has no verdict. */
export class ClaimHints implements vscode.InlayHintsProvider, vscode.Disposable {
  readonly #runs: RunsModel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable;
  readonly onDidChangeInlayHints = this.#changed.event;

  constructor(runs: RunsModel) {
    this.#runs = runs;
    this.#listening = runs.onDidChange(() => this.#changed.fire());
  }

  async provideInlayHints(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.InlayHint[]> {
    const run = newestRunOf(document.uri.fsPath, this.#runs, ({ summary }) => summary !== null && summary.claims.length > 0);
    if (!run?.summary) return [];
    const { readJsonText } = await import('../experiment/jsonText.ts');
    const json = readJsonText(document.getText());
    return run.summary.claims.flatMap((claim, i) => {
      const place = json.rangeOf(['expect', i], 'value');
      if (!place || JSON.stringify(claim.text) !== document.getText().slice(place.offset, place.offset + place.length)) return [];
      const at = document.positionAt(place.offset + place.length);
      return range.contains(at) ? [hintOf(claim, at)] : [];
    });
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }
}

function hintOf(claim: JudgedClaim, at: vscode.Position): vscode.InlayHint {
  const hint = new vscode.InlayHint(at, `${signs[claim.verdict]} ${claim.verdict}: ${describeClaim(claim)}`);
  hint.paddingLeft = true;
  hint.tooltip = vscode.l10n.t('What the newest run of this experiment says of the claim.');
  return hint;
}
