import * as vscode from 'vscode';
import { followProgram, tellFailure } from './followProgram.ts';
import type { Lab } from './lab.ts';

/** "3/9 latent 8: validation.loss 1.58, finished after 12 s" */
const ENDED = /^(\d+)\/(\d+) (.*)$/;

/** The file whose sweep is to be trained. */
export interface SweepFile {
  path: string;
  name: string;
  engine: string | undefined;
}

/**
 * Trains every run that the sweep of a file asks for: the command line does it in a process of its own, the runs show in the tree as they
 * come. Cancelled, those under way are stopped with a checkpoint.
 * @returns the id of the best run; undefined when there is none
 */
export async function trainSweep(lab: Lab, { path, name, engine }: SweepFile): Promise<string | undefined> {
  const { runsFolderFor } = await import('../store/runsFolder.ts');
  await lab.runs.watch(await runsFolderFor(path));
  const title = vscode.l10n.t('Sweep of {0}', name);
  let best: string | undefined;
  const args = ['sweep', path, '--json', ...(engine === undefined ? [] : ['--engine', engine])];
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const { code, said } = await vscode.window.withProgress(options, (progress, token) => {
    const hear = (line: string) => {
      best ??= bestOf(line);
      const [, done, all, words] = ENDED.exec(line) ?? [];
      if (done === undefined) return;
      progress.report({ message: vscode.l10n.t('{0} of {1}, {2}', done, all!, words!) });
      void lab.runs.lookForFolders();
    };
    return followProgram(lab, { args, name: `sweep of ${path}`, hear }, token);
  });
  await lab.runs.refresh();
  if (code !== 0 && code !== 130 && best === undefined)
    tellFailure(lab, vscode.l10n.t('The sweep of {0} could not be trained: {1}', name, said));
  else if (best !== undefined) offerBest(name, best);
  return best;
}

/** The first trial of the document that the program prints at its end. */
function bestOf(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { trials } = JSON.parse(line) as { trials?: { run?: unknown }[] };
    const run = trials?.[0]?.run;
    return typeof run === 'string' ? run : undefined;
  } catch {
    return undefined;
  }
}

function offerBest(name: string, id: string): void {
  const open = vscode.l10n.t('Open Best Run');
  void vscode.window.showInformationMessage(vscode.l10n.t('The sweep of {0} has ended.', name), open).then((chosen) => {
    if (chosen === open) void vscode.commands.executeCommand('latentLab.openDashboard', id);
  });
}
