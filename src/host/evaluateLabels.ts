import * as vscode from 'vscode';
import { followProgram, tellFailure } from './followProgram.ts';
import { isTextRun } from './isTextRun.ts';
import type { Lab } from './lab.ts';
import { runLabel } from './runRow.ts';
import { chooseRun } from './runTarget.ts';

/** "12/75 ...": how many classifiers the command line has fitted. */
const STEP = /^(\d+)\/(\d+)\b/;
/** Whole numbers of labels, separated by commas or spaces. */
const BUDGETS = /^\s*\d+(?:[\s,]+\d+)*\s*$/;

/** Runs whose comparison is under way in this window. */
const underway = new Set<string>();

/**
 * Compares what a finished run's encoder is worth with few labels, without training it again: the command line does it in a process of its
 * own, the run's page shows each classifier as it is fitted.
 * @param wanted budgets as people write them; asked for where they are missing
 * @returns whether the comparison was finished
 */
export async function evaluateLabels(lab: Lab, target: unknown, wanted: unknown): Promise<boolean> {
  const run = await chooseRun(target, lab.runs, {
    fits: (run) => (run.status === 'finished' || run.status === 'stopped') && !isTextRun(run),
    title: vscode.l10n.t('Evaluate which run on labels?'),
    none: vscode.l10n.t('There is no finished run yet. Train an experiment first.'),
  });
  if (!run) return false;
  const name = runLabel(run);
  if (underway.has(run.id)) return sayNo(vscode.l10n.t('{0} is being evaluated on labels already.', name));
  const budgets = typeof wanted === 'string' ? wanted : await askBudgets(name);
  if (budgets === undefined || !BUDGETS.test(budgets)) return false;
  const labels = budgets
    .trim()
    .split(/[\s,]+/)
    .join(',');
  underway.add(run.id);
  try {
    const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('{0} on few labels', name), cancellable: true };
    await vscode.commands.executeCommand('latentLab.openDashboard', run.id);
    const { code, said } = await vscode.window.withProgress(options, (progress, token) => {
      const hear = (line: string) => {
        const step = STEP.exec(line);
        if (step) progress.report({ message: vscode.l10n.t('{0} of {1} classifiers', step[1]!, step[2]!) });
      };
      return followProgram(lab, { args: ['downstream', run.folder, '--labels', labels], name: `${run.id} on labels`, hear }, token);
    });
    await lab.runs.refresh(run.id);
    if (code !== 0 && code !== 130) tellFailure(lab, vscode.l10n.t('{0} could not be evaluated: {1}', name, said));
    return code === 0;
  } finally {
    underway.delete(run.id);
  }
}

function sayNo(sentence: string): false {
  void vscode.window.showInformationMessage(sentence);
  return false;
}

function askBudgets(name: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Evaluate {0} on Labels', name),
    prompt: vscode.l10n.t('Numbers of labels to learn from, over all classes.'),
    value: '10, 50, 200',
    validateInput: (text) => (BUDGETS.test(text) ? undefined : vscode.l10n.t('Whole numbers, separated by commas: 10, 50, 200')),
  });
}
