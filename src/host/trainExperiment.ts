import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Experiment } from '../experiment/experiment.ts';
import { experimentName } from '../experiment/experimentName.ts';
import { findExperiment } from './findExperiment.ts';
import type { Lab } from './lab.ts';
import { mayTrain } from './mayTrain.ts';
import { readSetting } from './readSetting.ts';
import type { Settings } from './settingNames.ts';

/**
 * Trains an experiment file and opens its dashboard.
 * @returns the run's id; undefined when nothing was started, and people were told why
 */
export async function trainExperiment(lab: Lab, target: unknown): Promise<string | undefined> {
  if (!(await mayTrain())) return undefined;
  const uri = await findExperiment(target);
  if (!uri) return void offerNewExperiment();
  if (uri.scheme !== 'file')
    return void vscode.window.showErrorMessage(vscode.l10n.t('Training needs a file on a disk. Save the experiment in a folder first.'));
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.isDirty && !(await document.save())) return undefined;
  const { parseExperiment } = await import('../experiment/parseExperiment.ts');
  const { experiment, problems } = parseExperiment(document.getText());
  if (!experiment) {
    void tellProblems(uri, problems.filter(({ severity }) => severity === 'error').length);
    return undefined;
  }
  const setting = readSetting('engine', uri);
  const engine = setting === 'auto' ? null : setting;
  if (experiment.sweep === undefined) return startRun(lab, { path: uri.fsPath, text: document.getText(), experiment, engine });
  const { trainSweep } = await import('./trainSweep.ts');
  return trainSweep(lab, { path: uri.fsPath, name: vscode.workspace.asRelativePath(uri), engine: engine ?? undefined });
}

/** A training as it was asked for. */
interface AskedTraining {
  path: string;
  text: string;
  experiment: Experiment;
  /** Null: the file's own choice. */
  engine: Exclude<Settings['engine'], 'auto'> | null;
}

/** Starts a run where a slot is free and nobody waits; else it waits in the queue, as it is now. */
async function startRun(lab: Lab, asked: AskedTraining): Promise<string> {
  const { ensureRunsFolder, runsFolderFor } = await import('../store/runsFolder.ts');
  const { createRunFolder } = await import('../store/createRunFolder.ts');
  const runsFolder = await runsFolderFor(asked.path);
  await ensureRunsFolder(runsFolder);
  const { id, folder } = await createRunFolder(runsFolder);
  const { takeSlot } = await import('../store/trainingSlots.ts');
  const waits = lab.runs.all().some((run) => run.status === 'queued' && dirname(run.folder) === runsFolder);
  const slot = waits ? null : await takeSlot(runsFolder, id, Math.max(1, readSetting('maxParallel')));
  if (slot === null) await wait(folder, asked);
  else await begin(lab, folder, asked);
  lab.runs.begin(id, folder);
  // the page loads while the tree looks
  await Promise.all([
    vscode.commands.executeCommand('latentLab.openDashboard', id),
    lab.runs.watch(runsFolder).then(() => lab.runs.refresh()),
  ]);
  return id;
}

async function begin(lab: Lab, folder: string, { path, text, engine }: AskedTraining): Promise<void> {
  const { renewLease } = await import('../store/lease.ts');
  const leased = !readSetting('keepTraining');
  if (leased) await renewLease(folder);
  lab.trainers.start({ runFolder: folder, experimentPath: path, text, engine: engine ?? undefined, leased });
}

async function wait(folder: string, { path, text, experiment, engine }: AskedTraining): Promise<void> {
  const { enqueue } = await import('../store/trainingQueue.ts');
  const { relativeExperimentPath } = await import('../store/runsFolder.ts');
  const facts = {
    name: experimentName(path, experiment),
    experimentPath: relativeExperimentPath(path),
    seed: experiment.seed,
    nowMs: Date.now(),
  };
  await enqueue(folder, { experimentPath: path, text, engine, leased: !readSetting('keepTraining') }, facts);
}

function offerNewExperiment(): void {
  const create = vscode.l10n.t('New Experiment');
  const sentence = vscode.l10n.t('There is no experiment here to train: a file whose name ends with .latent.jsonc.');
  void vscode.window.showInformationMessage(sentence, create).then((chosen) => {
    if (chosen === create) void vscode.commands.executeCommand('latentLab.newExperiment');
  });
}

async function tellProblems(uri: vscode.Uri, count: number): Promise<void> {
  const name = vscode.workspace.asRelativePath(uri);
  const sentence =
    count === 1
      ? vscode.l10n.t('{0} has a problem, so nothing was trained.', name)
      : vscode.l10n.t('{0} has {1} problems, so nothing was trained.', name, count);
  const show = vscode.l10n.t('Show Problems');
  if ((await vscode.window.showErrorMessage(sentence, show)) !== show) return;
  await vscode.window.showTextDocument(uri);
  await vscode.commands.executeCommand('workbench.actions.view.problems');
}
