import * as vscode from 'vscode';
import { isLive } from '../run/isLive.ts';
import type { RunsModel } from './runsModel.ts';

const renewMs = 5_000;

/**
 * Renews the lease of every live run that has one, also of those that an earlier life of this window started.
 * A run without a lease keeps training by itself and is left alone.
 */
export function keepLeases(runs: RunsModel, log: vscode.LogOutputChannel): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const renew = async () => {
    const { leaseAgeMs, renewLease } = await import('../store/lease.ts');
    for (const run of runs.all()) if (isLive(run.status) && Number.isFinite(leaseAgeMs(run.folder))) await renewLease(run.folder);
  };
  const renewSafely = () => void renew().catch((error: unknown) => log.warn(`a lease could not be renewed: ${error}`));
  const listening = runs.onDidChange(() => {
    const hasLive = runs.all().some(({ status }) => isLive(status));
    if (hasLive && !timer) {
      timer = setInterval(renewSafely, renewMs);
      renewSafely();
    } else if (!hasLive) {
      clearInterval(timer);
      timer = undefined;
    }
  });
  return vscode.Disposable.from(listening, { dispose: () => clearInterval(timer) });
}
