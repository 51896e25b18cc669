import * as vscode from 'vscode';
import { ClaimHints } from './host/claimHints.ts';
import { Dashboards, dashboardType } from './host/dashboards.ts';
import { DecodePanels, decodeType } from './host/decodePanels.ts';
import { ExperimentDiagnostics } from './host/experimentDiagnostics.ts';
import { ExperimentFixes } from './host/experimentFixes.ts';
import { ExperimentLens } from './host/experimentLens.ts';
import { followExperiments } from './host/followExperiments.ts';
import { keepLeases } from './host/keepLeases.ts';
import type { Lab } from './host/lab.ts';
import { ModelServer } from './host/modelServer.ts';
import { notifyEnds } from './host/notifyEnds.ts';
import { PromptLens } from './host/promptLens.ts';
import { registerCommands } from './host/registerCommands.ts';
import { showRunStatus } from './host/runStatusItem.ts';
import { RunsModel } from './host/runsModel.ts';
import { RunsTree } from './host/runsTree.ts';
import { createRunsView } from './host/runsView.ts';
import { Trainers } from './host/trainers.ts';
import { TrainingPump } from './host/trainingPump.ts';

/** What tests see of the extension from inside its host. */
export interface LatentLab extends Pick<Lab, 'runs' | 'dashboards' | 'decodePanels' | 'log' | 'server'> {
  activationMs: number;
  tree: RunsTree;
  view: vscode.TreeView<unknown>;
}

const experiments = { language: 'jsonc', pattern: '**/*.latent.jsonc' };

/** Builds the parts and joins them; nothing is read from the disk before VS Code is back at work. */
export function activate(context: vscode.ExtensionContext): LatentLab {
  const startMs = performance.now();
  const log = vscode.window.createOutputChannel('Latent Lab', { log: true });
  const runs = new RunsModel(context, log);
  const trainers = new Trainers(context, log);
  const dashboards = new Dashboards(context, runs, log);
  const server = new ModelServer(context, log);
  const decodePanels = new DecodePanels({ context, runs, server, log });
  const pump = new TrainingPump({ runs, trainers, log });
  const lab: Lab = { context, log, runs, trainers, pump, dashboards, decodePanels, server };
  const tree = new RunsTree(runs);
  const runsView = createRunsView(runs, tree);
  const diagnostics = new ExperimentDiagnostics(server, log);
  const lens = new ExperimentLens(runs);
  const promptLens = new PromptLens(runs);
  const hints = new ClaimHints(runs);
  context.subscriptions.push(
    log,
    runs,
    dashboards,
    decodePanels,
    tree,
    runsView,
    server,
    diagnostics,
    lens,
    promptLens,
    hints,
    registerCommands(async () => (await import('./host/commandHandlers.ts')).commandHandlers(lab), log),
    showRunStatus(runs),
    notifyEnds(runs, dashboards),
    keepLeases(runs, log),
    pump,
    trainers.onDidEnd((id) => void runs.refresh(id).then(() => pump.look())),
    vscode.window.registerWebviewPanelSerializer(dashboardType, dashboards),
    vscode.window.registerWebviewPanelSerializer(decodeType, decodePanels),
    vscode.languages.registerCodeLensProvider(experiments, lens),
    vscode.languages.registerCodeLensProvider(experiments, promptLens),
    vscode.languages.registerInlayHintsProvider(experiments, hints),
    vscode.languages.registerCodeActionsProvider(experiments, new ExperimentFixes(diagnostics), {
      providedCodeActionKinds: ExperimentFixes.kinds,
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => void runs.changeFolders(removed)),
    followExperiments(runs),
  );
  setTimeout(() => {
    diagnostics.checkAll();
    runs.start().catch((error: unknown) => log.error(`the runs of this workspace could not be listed: ${error}`));
  });
  const activationMs = performance.now() - startMs;
  log.info(`activated in ${activationMs.toFixed(1)} ms`);
  return { activationMs, runs, dashboards, decodePanels, log, tree, view: runsView.view, server };
}

/** Trainers go on: a reload of the window calls this too. What nobody renews the lease of ends by itself. */
export function deactivate(): void {}
