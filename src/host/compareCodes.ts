import * as vscode from 'vscode';
import { newRunState, type RunState } from '../run/runState.ts';
import { type CodeSimilarity, codeSimilarity } from '../store/codeSimilarity.ts';
import { FollowedRun } from '../store/followRun.ts';
import { runPick } from './runPick.ts';
import type { RunsModel } from './runsModel.ts';

/**
 * Asks which run to compare with, and compares the codes of this one with it.
 * @returns undefined when nothing was picked, one sentence where codes cannot be compared
 */
export async function compareCodes(
  run: { id: string; folder: string; state: RunState },
  runs: RunsModel,
  name: string,
): Promise<(CodeSimilarity & { name: string }) | string | undefined> {
  await runs.start();
  const others = runs.all().filter(({ id, summary }) => id !== run.id && summary !== null);
  if (others.length === 0) return vscode.l10n.t('There is no other run to compare with: train another experiment on the same data.');
  others.sort((a, b) => (a.id < b.id ? 1 : -1));
  const title = vscode.l10n.t('Compare the codes of {0} with', name);
  const picked = await vscode.window.showQuickPick(others.map(runPick), { title, matchOnDescription: true });
  const other = picked && runs.find(picked.id);
  if (!other) return undefined;
  const state = newRunState();
  const followed = new FollowedRun(other.folder);
  try {
    await followed.catchUp(state);
  } finally {
    await followed.close();
  }
  const found = await codeSimilarity(run, { folder: other.folder, state });
  return typeof found === 'string' ? found : { ...found, name: other.summary?.name ?? other.id };
}
