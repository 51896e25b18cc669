import type * as vscode from 'vscode';
import type { Dashboards } from './dashboards.ts';
import type { DecodePanels } from './decodePanels.ts';
import type { ModelServer } from './modelServer.ts';
import type { RunsModel } from './runsModel.ts';
import type { Trainers } from './trainers.ts';
import type { TrainingPump } from './trainingPump.ts';

/** What commands act on: built once in extension.ts. */
export interface Lab {
  context: vscode.ExtensionContext;
  log: vscode.LogOutputChannel;
  runs: RunsModel;
  trainers: Trainers;
  pump: TrainingPump;
  dashboards: Dashboards;
  decodePanels: DecodePanels;
  server: ModelServer;
}
