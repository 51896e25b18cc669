import type { TrainingResult } from '../trainer/runTraining.ts';
import { closingBlock } from './closingBlock.ts';
import { painter } from './terminal.ts';

/** Says how a run ended, as a block or as one JSON document. @returns the exit code */
export function tellTraining(run: { isJson: boolean; id: string; folder: string }, result: TrainingResult): number {
  const { state, status, seconds, reason } = result;
  const { metrics, step, epoch, claims, engine } = state;
  if (run.isJson) {
    const told = { run: run.id, folder: run.folder, status, engine, epochs: epoch, steps: step, seconds, metrics, claims };
    console.log(JSON.stringify({ ...told, reason: reason ?? undefined }));
    if (status === 'failed') console.error(`latent-lab: ${reason}`);
  } else {
    console.log(closingBlock({ state, id: run.id, folder: run.folder, seconds }, painter(process.stdout)));
  }
  if (status === 'failed') return 1;
  return status === 'stopped' ? 130 : 0;
}
