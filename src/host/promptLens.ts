import * as vscode from 'vscode';
import type { LanguageModelExperiment } from '../experiment/languageModel.ts';
import { commandId } from './commandNames.ts';
import { isSearchable } from './decodeTexts.ts';
import { newestRunOf } from './newestRun.ts';
import type { RunsModel } from './runsModel.ts';

/** Characters of a prompt in a lens. */
const MOST_SHOWN = 40;

/** The line above each prompt of an experiment: search the texts that follow it. */
export class PromptLens implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #runs: RunsModel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(runs: RunsModel) {
    this.#runs = runs;
    this.#listening = runs.onDidChange(() => this.#changed.fire());
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const text = document.getText();
    if (!text.includes('languageModel')) return [];
    const { parseExperiment } = await import('../experiment/parseExperiment.ts');
    const { experiment } = parseExperiment(text, [], { allowUnbuilt: true });
    if (experiment?.task !== 'languageModel') return [];
    const target = this.#targetOf(document.uri, experiment.model.kind);
    if (target === undefined) return [];
    const { readJsonText } = await import('../experiment/jsonText.ts');
    const json = readJsonText(text);
    const { prompts } = experiment.decoding;
    const isMasked = experiment.objective.kind === 'maskedToken';
    return prompts.map((prompt, i) => {
      // a prompt that nobody wrote stands where it would be written
      const place = json.rangeOf(['decoding', 'prompts', i], 'value') ?? json.rangeOf(['decoding'], 'key');
      const start = document.positionAt(place?.offset ?? 0);
      const title = titleOf(prompts.length > 1 ? prompt : null, isMasked);
      return new vscode.CodeLens(new vscode.Range(start, start), { title, command: commandId('decode'), arguments: [target, prompt] });
    });
  }

  /** The file itself where its model needs no run, else its newest run that has come to an end. */
  #targetOf(uri: vscode.Uri, kind: LanguageModelExperiment['model']['kind']): vscode.Uri | string | undefined {
    if (kind === 'table') return uri;
    if (kind === 'ngram') return vscode.workspace.isTrusted ? uri : undefined;
    return newestRunOf(uri.fsPath, this.#runs, isSearchable)?.id;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }
}

function titleOf(prompt: string | null, isMasked: boolean): string {
  const word = isMasked ? vscode.l10n.t('Fill Blanks') : vscode.l10n.t('Search Texts');
  if (prompt === null) return `$(list-tree) ${word}`;
  const shown = prompt.length > MOST_SHOWN ? `${prompt.slice(0, MOST_SHOWN - 1)}…` : prompt;
  return `$(list-tree) ${word}: “${shown}”`;
}
