import * as vscode from 'vscode';
import type { DecodeOrigin } from '../protocol/decodePage.ts';
import type { RunListing } from '../store/listRuns.ts';
import { experimentNamedBy, isExperimentPath } from './findExperiment.ts';
import { isTextRun } from './isTextRun.ts';
import type { Lab } from './lab.ts';
import { newestRunOf } from './newestRun.ts';
import { runPick } from './runPick.ts';
import { runLabel } from './runRow.ts';
import { runNamedBy } from './runTarget.ts';

/** What a panel of texts is opened for. */
interface Subject {
  origin: DecodeOrigin;
  name: string;
}

/**
 * Opens the page that searches the texts of a model: of an experiment that needs no run, or of a run.
 * @param target a run, an experiment file, or nothing: then the experiment in the editor, or what people pick
 * @param prompt to search at once
 */
export async function decodeTexts(lab: Lab, target: unknown, prompt: unknown): Promise<void> {
  await lab.runs.start();
  const subject = await subjectOf(lab, target);
  if (subject) await lab.decodePanels.show(subject.origin, subject.name, typeof prompt === 'string' ? prompt : undefined);
}

async function subjectOf(lab: Lab, target: unknown): Promise<Subject | undefined> {
  const run = runNamedBy(target, lab.runs);
  if (run)
    return isTextRun(run)
      ? runSubject(run)
      : sayNo(vscode.l10n.t('{0} has no texts to search: it trains no language model, or has not been evaluated yet.', runLabel(run)));
  const named = experimentNamedBy(target);
  if (named) return experimentSubject(lab, named);
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active && isExperimentPath(active.path) && (await kindOf(active)) !== null) return experimentSubject(lab, active);
  return pickSubject(lab);
}

function runSubject(run: RunListing): Subject {
  return { origin: { kind: 'run', id: run.id }, name: runLabel(run) };
}

async function experimentSubject(lab: Lab, uri: vscode.Uri): Promise<Subject | undefined> {
  const found = await kindOf(uri);
  if (found === null)
    return sayNo(vscode.l10n.t('{0} is no experiment with a language model, or has problems.', vscode.workspace.asRelativePath(uri)));
  if (found.needsNoRun) return { origin: { kind: 'experiment', uri: uri.toString() }, name: found.name };
  const run = newestRunOf(uri.fsPath, lab.runs, isSearchable);
  if (run) return runSubject(run);
  const train = vscode.l10n.t('Train Experiment');
  const sentence = vscode.l10n.t('{0} has to learn before it can write: train it first.', found.name);
  void vscode.window.showInformationMessage(sentence, train).then((chosen) => {
    if (chosen === train) void vscode.commands.executeCommand('latentLab.trainExperiment', uri);
  });
  return undefined;
}

/** Whether a run has come to an end with a model of texts. */
export function isSearchable(run: RunListing): boolean {
  return isTextRun(run) && (run.status === 'finished' || run.status === 'stopped');
}

/** What an experiment file has to search; null for other experiments and those with problems. */
async function kindOf(uri: vscode.Uri): Promise<{ name: string; needsNoRun: boolean } | null> {
  const document = await vscode.workspace.openTextDocument(uri).then(undefined, () => null);
  return document && readKind(uri, document.getText());
}

async function readKind(uri: vscode.Uri, text: string): Promise<{ name: string; needsNoRun: boolean } | null> {
  const { parseExperiment } = await import('../experiment/parseExperiment.ts');
  const { experimentName } = await import('../experiment/experimentName.ts');
  const { experiment } = parseExperiment(text, [], { allowUnbuilt: true });
  if (experiment?.task !== 'languageModel') return null;
  const { kind } = experiment.model;
  return { name: experimentName(uri.path, experiment), needsNoRun: kind === 'table' || kind === 'ngram' };
}

async function pickSubject(lab: Lab): Promise<Subject | undefined> {
  const runs = lab.runs
    .all()
    .filter(isTextRun)
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .map((run) => ({ ...runPick(run), subject: runSubject(run) }));
  const items = [...(await experimentItems()), ...runs];
  if (items.length === 0)
    return sayNo(vscode.l10n.t('There is no language model here yet: start from one of the templates (New Experiment).'));
  if (items.length === 1) return items[0]!.subject;
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Search the texts of'), matchOnDescription: true }))?.subject;
}

/** Experiments of the workspace that need no run. */
async function experimentItems(): Promise<(vscode.QuickPickItem & { subject: Subject })[]> {
  const found = await vscode.workspace.findFiles('**/*.latent.jsonc', '**/{node_modules,.latent}/**', 500);
  const items = await Promise.all(
    found.map(async (uri) => {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      const kind = text.includes('languageModel') ? await readKind(uri, text) : null;
      if (!kind?.needsNoRun) return [];
      const origin = { kind: 'experiment', uri: uri.toString() } as const;
      const description = vscode.workspace.asRelativePath(uri);
      return [{ label: kind.name, description, iconPath: new vscode.ThemeIcon('beaker'), subject: { origin, name: kind.name } }];
    }),
  );
  return items.flat().sort((a, b) => a.description.localeCompare(b.description));
}

function sayNo(sentence: string): undefined {
  void vscode.window.showInformationMessage(sentence);
  return undefined;
}
