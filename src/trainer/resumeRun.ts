import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EngineKind } from '../engine/engine.ts';
import { parseExperiment } from '../experiment/parseExperiment.ts';
import { UserError } from '../experiment/problem.ts';
import { isLive } from '../run/isLive.ts';
import type { RunEvent } from '../run/runEvent.ts';
import type { RunState } from '../run/runState.ts';
import { readNewestCheckpoint } from '../store/checkpoints.ts';
import { readListing } from '../store/listRuns.ts';
import { readRunState } from '../store/readRunState.ts';
import { RunWriter } from '../store/runWriter.ts';
import { type LoopCheckpoint, readLoopCheckpoint } from './loopState.ts';
import type { OrderDesk } from './orderDesk.ts';
import { prepareRun, type RunSetup } from './prepareRun.ts';
import { runTraining, type TrainingResult } from './runTraining.ts';
import { readStoredRun, type StoredRun } from './storedRun.ts';

/** A run that is to go on. */
export interface ResumeRequest {
  /** The run's folder. */
  folder: string;
  /** The product's media folder, and that of the bundles. */
  media: string;
  engineFolder: string;
  /** Instead of the run's own engine; the run is then not the same to the bit. */
  engine?: EngineKind;
  leaseSeconds: number | null;
  onEvent?: (event: RunEvent, state: RunState) => void;
  onDesk?: (desk: OrderDesk) => void;
}

/**
 * Goes on with a run that was stopped, interrupted or failed, from its newest whole checkpoint, or from the start where it has none.
 * Everything the log says of later steps is dropped by whoever reads it. On the same engine the run ends as one that was never
 * interrupted, to the bit.
 * @throws UserError when the run is under way or has finished, or its data have changed
 */
export async function resumeRun(request: ResumeRequest): Promise<TrainingResult> {
  const folder = resolve(request.folder);
  const { status, summary, problem } = await readListing(folder);
  if (problem !== null) throw new UserError(`${folder}: ${problem}`);
  if (summary === null) throw new UserError(`${folder} has no summary.json, and so nothing to go on from; train it again`);
  if (isLive(status)) throw new UserError(`${folder} is under way (${status}); there is nothing to resume`);
  if (status === 'finished') throw new UserError(`${folder} has finished; train it again with more epochs`);
  const stored = await readStoredRun(folder);
  const state = await readRunState(folder);
  const from = await checkpointOf(folder, state.step);
  const experimentPath = stored.experimentPath(summary);
  const writer = await RunWriter.open(folder);
  return runTraining({
    writer,
    text: await readFile(join(folder, 'experiment.jsonc'), 'utf8'),
    experimentPath,
    name: summary.name,
    leaseSeconds: request.leaseSeconds,
    onEvent: request.onEvent,
    onDesk: request.onDesk,
    earlier: { state, from },
    prepare: () => prepareAgain(stored, { ...request, folder, name: summary.name, experimentPath }),
  });
}

/** The newest checkpoint that the log reaches and that a run can go on from; null: from the start. */
async function checkpointOf(folder: string, lastStep: number): Promise<LoopCheckpoint | null> {
  const { found } = await readNewestCheckpoint(folder, lastStep);
  if (found === null || found.files['state.json'] === undefined) return null;
  return readLoopCheckpoint(found.files, `the checkpoint at step ${found.step} of ${folder}`);
}

async function prepareAgain(stored: StoredRun, request: ResumeRequest & { name: string; experimentPath: string }): Promise<RunSetup> {
  const { experiment, problems } = parseExperiment(JSON.stringify(stored.written));
  if (experiment === null) throw new UserError(problems.map(({ message }) => message).join('\n'));
  const { name, experimentPath, media, engineFolder } = request;
  const setup = await prepareRun({ experiment, name, experimentPath, media, engineFolder, engine: request.engine ?? stored.engine });
  const hash = setup.kind === 'autoencoder' ? setup.dataset.hash : setup.corpus.hash;
  if (hash !== stored.dataHash) {
    if (setup.kind !== 'counted') setup.prepared.dispose();
    throw new UserError(
      `the data have changed since ${request.folder} was started; bring the old ones back, or train again`,
      'data.source',
    );
  }
  return setup;
}
