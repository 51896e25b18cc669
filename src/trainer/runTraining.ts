import { NonFiniteError } from '../engine/engine.ts';
import { UserError } from '../experiment/problem.ts';
import { settingsLine } from '../experiment/settingsLine.ts';
import { textSettingsLine } from '../experiment/textSettingsLine.ts';
import type { RunEvent } from '../run/runEvent.ts';
import type { RunState } from '../run/runState.ts';
import { leaseAgeMs } from '../store/lease.ts';
import { OrderReader } from '../store/orderFile.ts';
import { relativeExperimentPath } from '../store/runsFolder.ts';
import type { RunWriter } from '../store/runWriter.ts';
import type { LoopCheckpoint } from './loopState.ts';
import { OrderDesk } from './orderDesk.ts';
import type { RunSetup } from './prepareRun.ts';
import { type RunFacts, RunRecorder } from './recordRun.ts';
import { train } from './train.ts';
import { writePicture } from './writePicture.ts';

/** How a run ended. */
export interface TrainingResult {
  status: 'finished' | 'stopped' | 'failed';
  state: RunState;
  /** Why it stopped or failed. */
  reason: string | null;
  seconds: number;
}

/** A run about to be recorded. */
export interface TrainingRequest {
  writer: RunWriter;
  /** Text of the experiment as written. */
  text: string;
  experimentPath: string;
  name: string;
  /** Seconds that the run may go on without a renewed lease; null: for ever. */
  leaseSeconds: number | null;
  /** Loads and prepares everything; called once the run is visible, so that a failure is an event of the run. */
  prepare(): Promise<RunSetup>;
  /** What an earlier sitting left: what the log tells, and the checkpoint to go on from (null: from the start). */
  earlier?: { state: RunState; from: LoopCheckpoint | null };
  onEvent?: (event: RunEvent, state: RunState) => void;
  /** Handed over once, for Ctrl-C: `desk.stop(reason)`. */
  onDesk?: (desk: OrderDesk) => void;
}

/**
 * Prepares, trains and records one run; whatever goes wrong becomes the run's last event. Closes the writer.
 * @returns how it ended; rejects only when the run folder itself cannot be written
 */
export async function runTraining(request: TrainingRequest): Promise<TrainingResult> {
  const { writer } = request;
  const recorder = new RunRecorder(writer, factsBefore(request), request.onEvent);
  if (request.earlier !== undefined) Object.assign(recorder.state, request.earlier.state);
  try {
    if (request.earlier === undefined) writer.writeText('experiment.jsonc', request.text);
    recorder.writeSummary();
    await recordEvents(request, recorder);
    writer.flush();
    await writePicture(recorder);
  } catch (error) {
    recordFailure(recorder, error);
  } finally {
    await writer.close();
  }
  const { status, reason } = recorder.state;
  return {
    status: status === 'finished' || status === 'stopped' ? status : 'failed',
    state: recorder.state,
    reason,
    seconds: recorder.seconds,
  };
}

async function recordEvents(request: TrainingRequest, recorder: RunRecorder): Promise<void> {
  const { writer } = request;
  const reader = new OrderReader(writer.folder);
  const desk = new OrderDesk(writer.session, reader);
  request.onDesk?.(desk);
  const lease = request.leaseSeconds === null ? undefined : watchLease(writer.folder, desk, request.leaseSeconds * 1000);
  let setup: RunSetup | null = null;
  try {
    setup = await request.prepare();
    recorder.facts = { ...recorder.facts, seed: setup.experiment.seed, settings: settingsOf(setup) };
    recorder.writeResolved(setup);
    const watch = { desk, keeper: recorder, from: request.earlier?.from };
    for await (const event of train(setup, writer.session, watch)) recorder.record(event);
  } finally {
    clearInterval(lease);
    reader.close();
    if (setup?.kind !== 'counted') setup?.prepared.dispose();
  }
}

function settingsOf(setup: RunSetup): string {
  if (setup.kind === 'autoencoder') return settingsLine(setup.experiment, setup.data.inputs);
  return textSettingsLine(setup.experiment, setup.corpus.tokenizer.tokens.length);
}

/** Stops the run when nobody has renewed its lease: the window that started it has gone for good. */
function watchLease(folder: string, desk: OrderDesk, limitMs: number): NodeJS.Timeout {
  const startedMs = Date.now();
  const timer = setInterval(() => {
    const age = Math.min(leaseAgeMs(folder), Date.now() - startedMs);
    if (age > limitMs) desk.stop('the window that started it has closed (latentLab.keepTraining lets runs go on)');
  }, limitMs / 6);
  timer.unref();
  return timer;
}

function factsBefore(request: TrainingRequest): RunFacts {
  return {
    name: request.name,
    experimentPath: relativeExperimentPath(request.experimentPath),
    seed: 0,
    settings: '',
  };
}

/** The last event of a run that went wrong, if the folder still takes it; exit.json tells otherwise. */
function recordFailure(recorder: RunRecorder, error: unknown): void {
  const { step, marks } = recorder.state;
  const lastCheckpoint = marks.filter((mark) => mark.kind === 'checkpoint').at(-1)?.step;
  let message = error instanceof Error ? error.message : String(error);
  if (error instanceof NonFiniteError) {
    const good = lastCheckpoint === undefined ? 'there is no checkpoint before it' : `the last good checkpoint is step ${lastCheckpoint}`;
    message = `step ${error.step ?? step + 1}: ${message}; ${good}. Try a smaller optimizer.learningRate.`;
  }
  const isExpected = error instanceof UserError || error instanceof NonFiniteError;
  const detail = !isExpected && error instanceof Error ? error.stack : undefined;
  if (detail !== undefined) console.error(detail);
  try {
    recorder.record({ kind: 'runFailed', step, message, detail });
  } catch (second) {
    console.error(`The run could not record its failure "${message}": ${second instanceof Error ? second.message : String(second)}`);
    recorder.state.status = 'failed';
    recorder.state.reason = message;
  }
}
