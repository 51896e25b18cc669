import { resolve } from 'node:path';
import type { EngineKind } from '../engine/engine.ts';
import type { AutoencoderExperiment, DownstreamSection } from '../experiment/autoencoder.ts';
import { parseExperiment } from '../experiment/parseExperiment.ts';
import { UserError } from '../experiment/problem.ts';
import type { RunEvent } from '../run/runEvent.ts';
import type { RunState } from '../run/runState.ts';
import type { RunSummary } from '../run/runSummary.ts';
import { listCheckpoints, readCheckpoint } from '../store/checkpoints.ts';
import { readListing } from '../store/listRuns.ts';
import { OrderReader } from '../store/orderFile.ts';
import { readRunState } from '../store/readRunState.ts';
import { RunWriter } from '../store/runWriter.ts';
import { compareDownstream } from './downstreamRun.ts';
import { OrderDesk } from './orderDesk.ts';
import { RunRecorder } from './recordRun.ts';
import { readStoredRun, type StoredRun } from './storedRun.ts';
import { prepareTraining, type TrainingSetup } from './trainingSetup.ts';

/** A finished run whose encoder is to be compared. */
export interface EvaluationRequest {
  /** The run's folder. */
  folder: string;
  /** Instead of the file's budgets and draws. */
  labels?: readonly number[];
  draws?: number;
  /** The product's media folder, and that of the bundles. */
  media: string;
  engineFolder: string;
  /** Instead of the run's own engine. */
  engine?: 'auto' | EngineKind;
  onEvent?: (event: RunEvent, state: RunState) => void;
  /** Handed over once, for Ctrl-C: `desk.stop(reason)`. */
  onDesk?: (desk: OrderDesk) => void;
}

/** How a comparison of a finished run ended. */
export interface EvaluationResult {
  isStopped: boolean;
  state: RunState;
  engine: EngineKind;
}

/**
 * Compares what the encoder of a finished run is worth with few labels, without training it again: takes the run's lock, loads its last
 * checkpoint, and appends what it measures to its events. A comparison that the run had before gives way to this one.
 * @throws UserError when the run has not ended, its data have changed, it has no checkpoint, or the budgets do not fit
 */
export async function evaluateDownstream(request: EvaluationRequest): Promise<EvaluationResult> {
  const folder = resolve(request.folder);
  const { status, summary } = await readListing(folder);
  if (summary === null || (status !== 'finished' && status !== 'stopped'))
    throw new UserError(`${folder} is ${status}: only a run that has finished or was stopped can be evaluated on labels`);
  const stored = await readStoredRun(folder);
  const experiment = experimentOf(stored, request);
  const setup = await prepareTraining({
    experiment,
    name: summary.name,
    experimentPath: stored.experimentPath(summary),
    media: request.media,
    engineFolder: request.engineFolder,
    engine: request.engine ?? stored.engine,
  });
  try {
    if (setup.dataset.hash !== stored.dataHash)
      throw new UserError(`the data have changed since ${folder} was trained; bring the old ones back, or train again`);
    const step = await loadWeights(folder, setup);
    return {
      ...(await record({ ...request, folder }, { setup, summary, step, section: experiment.downstream! })),
      engine: setup.engine.kind,
    };
  } finally {
    setup.prepared.dispose();
  }
}

/** The experiment as it was run, with these budgets and draws. @throws UserError */
function experimentOf({ written }: StoredRun, { labels, draws }: EvaluationRequest): AutoencoderExperiment {
  const downstream = { ...(written.downstream as object | undefined), ...(labels && { labels }), ...(draws && { draws }) };
  const parsed = parseExperiment(JSON.stringify({ ...written, downstream }));
  if (parsed.experiment?.task === 'autoencoder') return parsed.experiment;
  const error = parsed.problems.find(({ severity }) => severity === 'error');
  throw new UserError(error?.message ?? 'only autoencoders are compared on labels');
}

/** Puts the last checkpoint into the prepared program. @returns its step @throws UserError */
async function loadWeights(folder: string, { prepared }: TrainingSetup): Promise<number> {
  const step = (await listCheckpoints(folder)).at(-1);
  if (step === undefined) throw new UserError(`${folder} has no checkpoint, and so no weights to evaluate; train it again`);
  const bytes = (await readCheckpoint(folder, step))['parameters.f32'];
  if (bytes?.byteLength !== prepared.parameters.byteLength)
    throw new UserError(
      `the checkpoint at step ${step} of ${folder} has ${(bytes?.byteLength ?? 0) / 4} parameters, and the model ${prepared.parameters.length}; train it again`,
    );
  prepared.parameters.set(new Float32Array(bytes.slice().buffer));
  return step;
}

/** Runs the comparison under the run's lock. */
async function record(
  { folder, onEvent, onDesk }: EvaluationRequest,
  run: { setup: TrainingSetup; summary: RunSummary; step: number; section: DownstreamSection },
): Promise<{ isStopped: boolean; state: RunState }> {
  const { setup, summary, step, section } = run;
  const writer = await RunWriter.open(folder);
  const reader = new OrderReader(folder);
  try {
    const { name, experimentPath, seed, settings } = summary;
    const recorder = new RunRecorder(writer, { name, experimentPath, seed, settings }, onEvent);
    Object.assign(recorder.state, await readRunState(folder));
    const desk = new OrderDesk(writer.session, reader);
    onDesk?.(desk);
    const watch = {
      step,
      session: writer.session,
      keeper: recorder,
      isStopped: () => desk.stopReason !== null,
      async *obey() {
        await new Promise((resume) => setImmediate(resume));
        // a run that has ended can be told to stop evaluating, and nothing else
        desk.poll();
        yield* [];
      },
    };
    for await (const event of compareDownstream(setup, section, watch)) recorder.record(event);
    return { isStopped: desk.stopReason !== null, state: recorder.state };
  } finally {
    reader.close();
    await writer.close();
  }
}
