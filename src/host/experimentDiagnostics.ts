import * as vscode from 'vscode';
import type { Problem } from '../experiment/problem.ts';
import { isExperimentPath } from './findExperiment.ts';
import type { ModelServer } from './modelServer.ts';

const settleMs = 150;
/** Reading data costs more than reading text. */
const askMs = 600;

/** Squiggles of experiment files: what the text itself tells, and what only its data can tell. */
export class ExperimentDiagnostics implements vscode.Disposable {
  readonly #server: ModelServer;
  readonly #log: vscode.LogOutputChannel;
  readonly #shown = vscode.languages.createDiagnosticCollection('latentLab');
  readonly #problems = new Map<string, { version: number; problems: Problem[] }>();
  readonly #waiting = new Map<string, { timer: NodeJS.Timeout; stop: vscode.CancellationTokenSource }>();
  readonly #listening: vscode.Disposable[];

  constructor(server: ModelServer, log: vscode.LogOutputChannel) {
    this.#server = server;
    this.#log = log;
    this.#listening = [
      vscode.workspace.onDidOpenTextDocument((document) => this.#check(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#check(document, settleMs)),
      vscode.workspace.onDidSaveTextDocument((document) => this.#check(document, 0)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.checkAll()),
    ];
  }

  /** Checks every open experiment. */
  checkAll(): void {
    for (const document of vscode.workspace.textDocuments) this.#check(document, 0);
  }

  /** The problems of a document as it is now; none while it has changed since they were found. */
  problemsOf(document: vscode.TextDocument): Problem[] {
    const known = this.#problems.get(document.uri.toString());
    return known?.version === document.version ? known.problems : [];
  }

  #check(document: vscode.TextDocument, delayMs: number): void {
    if (!isExperimentPath(document.uri.path) || document.uri.scheme === 'git') return;
    const key = document.uri.toString();
    this.#cancel(key);
    const stop = new vscode.CancellationTokenSource();
    const timer = setTimeout(() => {
      this.#checkNow(document, stop.token).catch((error: unknown) => {
        if (!stop.token.isCancellationRequested) this.#log.error(`${document.uri.fsPath} could not be checked: ${error}`);
      });
    }, delayMs);
    this.#waiting.set(key, { timer, stop });
  }

  async #checkNow(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<void> {
    const { parseExperiment } = await import('../experiment/parseExperiment.ts');
    if (token.isCancellationRequested || document.isClosed) return;
    const text = document.getText();
    const { experiment, problems } = parseExperiment(text);
    const version = document.version;
    this.#show(document, version, problems);
    // questions about data wait for an experiment that is one, for trust, and until people pause
    if (!experiment || !vscode.workspace.isTrusted || document.uri.scheme !== 'file') return;
    await new Promise((resolve) => setTimeout(resolve, askMs));
    if (token.isCancellationRequested) return;
    const answer = await this.#server.ask('checkExperiment', { text, path: document.uri.fsPath }, token);
    if (!token.isCancellationRequested && !document.isClosed)
      this.#show(document, version, withoutRepeats([...problems, ...answer.problems]));
  }

  #show(document: vscode.TextDocument, version: number, found: readonly (Problem & { isSyntax?: true })[]): void {
    // VS Code's own JSON says where the text is no JSON: one squiggle a fault
    const problems = found.filter(({ isSyntax }) => !isSyntax);
    this.#problems.set(document.uri.toString(), { version, problems });
    this.#shown.set(
      document.uri,
      problems.map((problem) => diagnosticOf(document, problem)),
    );
  }

  #forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    this.#cancel(key);
    this.#problems.delete(key);
    this.#shown.delete(document.uri);
  }

  #cancel(key: string): void {
    const waiting = this.#waiting.get(key);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting.stop.cancel();
    waiting.stop.dispose();
    this.#waiting.delete(key);
  }

  dispose(): void {
    for (const key of [...this.#waiting.keys()]) this.#cancel(key);
    for (const listener of this.#listening) listener.dispose();
    this.#shown.dispose();
  }
}

function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ offset, message }) => {
    const key = `${offset} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Where a problem stands in a document; one of no place or no length stands on the first sign after it. */
export function rangeOf(document: vscode.TextDocument, { offset, length }: Problem): vscode.Range {
  const start = document.positionAt(offset);
  if (length > 0) return new vscode.Range(start, document.positionAt(offset + length));
  return document.getWordRangeAtPosition(start) ?? document.lineAt(start.line).range;
}

function diagnosticOf(document: vscode.TextDocument, problem: Problem): vscode.Diagnostic {
  const severity = problem.severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(rangeOf(document, problem), problem.message, severity);
  diagnostic.source = 'Latent Lab';
  diagnostic.code = problem.path || undefined;
  return diagnostic;
}
