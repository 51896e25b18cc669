import * as vscode from 'vscode';
import type { RunListing } from '../store/listRuns.ts';
import { runPick } from './runPick.ts';
import type { RunsModel } from './runsModel.ts';

/** The run a command was called on: an item of the tree or an id; undefined for anything else. */
export function runNamedBy(target: unknown, runs: RunsModel): RunListing | undefined {
  if (typeof target === 'string') return runs.find(target);
  if (typeof target === 'object' && target !== null && 'id' in target && typeof target.id === 'string') return runs.find(target.id);
  return undefined;
}

/**
 * The run a command was called on; without one the only run that fits, or the one that people pick.
 * @param none said when nothing fits
 * @returns undefined when nothing fits or nothing was picked
 */
export async function chooseRun(
  target: unknown,
  runs: RunsModel,
  ask: { fits: (run: RunListing) => boolean; title: string; none: string },
): Promise<RunListing | undefined> {
  await runs.start();
  const named = runNamedBy(target, runs);
  if (named) return named;
  const fitting = runs
    .all()
    .filter(ask.fits)
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  if (fitting.length === 0) {
    void vscode.window.showInformationMessage(ask.none);
    return undefined;
  }
  if (fitting.length === 1) return fitting[0];
  const picked = await vscode.window.showQuickPick(fitting.map(runPick), { title: ask.title, matchOnDescription: true });
  return picked && runs.find(picked.id);
}
