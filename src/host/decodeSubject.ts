import * as vscode from 'vscode';
import type { Decoding } from '../experiment/decoding.ts';
import type { LanguageModelExperiment } from '../experiment/languageModel.ts';
import { UserError } from '../experiment/problem.ts';
import type { DecodeOrigin } from '../protocol/decodePage.ts';
import type { Ask } from '../protocol/server.ts';
import { runLabel } from './runRow.ts';
import type { RunsModel } from './runsModel.ts';

/** Whose texts are searched for, as it stands now. */
export interface DecodeSubject {
  name: string;
  /** A model of masked tokens: it fills blanks. */
  isMasked: boolean;
  decoding: Decoding;
  /** What the model server is asked about. */
  model: Ask<'decode'>['model'];
  /** What the server does before it can answer for the first time. */
  loading: string | null;
  /** Reads files that the experiment names. */
  needsTrust: boolean;
}

/** One panel a subject: equal keys, equal subjects. */
export const originKey = (origin: DecodeOrigin): string => (origin.kind === 'run' ? `run ${origin.id}` : origin.uri);

/** Reads what a panel is about. @throws UserError for what is gone, has problems, or has nothing to do with text */
export function readSubject(origin: DecodeOrigin, runs: RunsModel): Promise<DecodeSubject> {
  return origin.kind === 'run' ? runSubject(origin.id, runs) : experimentSubject(vscode.Uri.parse(origin.uri));
}

async function experimentSubject(uri: vscode.Uri): Promise<DecodeSubject> {
  const document = await vscode.workspace.openTextDocument(uri).then(undefined, () => {
    throw new UserError(vscode.l10n.t('{0} is not there any more.', vscode.workspace.asRelativePath(uri)));
  });
  const { experimentName } = await import('../experiment/experimentName.ts');
  const text = document.getText();
  const experiment = await languageModelIn(text);
  const { kind } = experiment.model;
  if (kind !== 'table' && kind !== 'ngram')
    throw new UserError(vscode.l10n.t('A model of kind “{0}” has to learn before it can write: train it first.', kind));
  return {
    name: experimentName(uri.path, experiment),
    isMasked: false,
    decoding: experiment.decoding,
    model: { kind: 'experiment', text, path: uri.fsPath },
    loading: kind === 'ngram' ? vscode.l10n.t('counting the text') : null,
    needsTrust: kind === 'ngram',
  };
}

async function runSubject(id: string, runs: RunsModel): Promise<DecodeSubject> {
  const folder = await runs.folderOf(id);
  if (folder === undefined) throw new UserError(vscode.l10n.t('The run {0} is not there any more.', id));
  const { readResolvedSettings } = await import('../store/resolvedSettings.ts');
  const settings = await readResolvedSettings(folder);
  if (settings === null)
    throw new UserError(vscode.l10n.t('The run {0} has no whole resolved.json, which tells what model it is: train it again.', id));
  const { plan: _plan, ...written } = settings.experiment;
  const experiment = await languageModelIn(JSON.stringify(written));
  const listing = runs.find(id);
  return {
    name: listing ? runLabel(listing) : id,
    isMasked: experiment.objective.kind === 'maskedToken',
    decoding: experiment.decoding,
    model: { kind: 'run', folder },
    loading: vscode.l10n.t('loading the checkpoint'),
    needsTrust: false,
  };
}

/** @throws UserError where there is none */
async function languageModelIn(text: string): Promise<LanguageModelExperiment> {
  const { parseExperiment } = await import('../experiment/parseExperiment.ts');
  const { experiment, problems } = parseExperiment(text, [], { allowUnbuilt: true });
  const problem = problems.find(({ severity }) => severity === 'error');
  if (experiment === null)
    throw new UserError(vscode.l10n.t('Line {0} of the experiment: {1}', problem?.line ?? 1, problem?.message ?? ''));
  if (experiment.task !== 'languageModel')
    throw new UserError(vscode.l10n.t('An autoencoder writes no texts: they come from an experiment whose task is "languageModel".'));
  return experiment;
}
