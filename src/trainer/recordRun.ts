import { hostname } from 'node:os';
import { encodeNpy } from '../math/npy.ts';
import { applyRunEvent } from '../run/applyRunEvent.ts';
import { elapsedSeconds } from '../run/runClock.ts';
import type { RunEvent, UntimedRunEvent } from '../run/runEvent.ts';
import { newRunState, type RunState } from '../run/runState.ts';
import { summaryOf } from '../run/summaryOf.ts';
import type { RunWriter } from '../store/runWriter.ts';
import type { RunKeeper } from './runKeeper.ts';
import type { TrainingSetup } from './trainingSetup.ts';
import { versions } from './versions.ts';

/** Milliseconds to wait for an earlier checkpoint before a new one is skipped. */
const CHECKPOINT_PATIENCE_MS = 2000;

/** What the summary says of a run besides its events. */
export interface RunFacts {
  name: string;
  /** As the summary holds it: relative to the workspace. */
  experimentPath: string;
  seed: number;
  settings: string;
}

/** Writes what happens in a run to its folder and keeps its reduced state: the only hand that writes there. */
export class RunRecorder implements RunKeeper {
  readonly state: RunState = newRunState();

  constructor(
    readonly writer: RunWriter,
    public facts: RunFacts,
    private readonly onEvent: (event: RunEvent, state: RunState) => void = () => {},
  ) {
    // a run that fails before its first event still has a name
    this.state.name = facts.name;
  }

  /** Seconds spent training, pauses excluded. */
  get seconds(): number {
    return elapsedSeconds(this.state, Date.now());
  }

  /** Appends an event, takes it into the state, and rewrites the summary where the tree should see it. */
  record(event: UntimedRunEvent): void {
    if (event.kind === 'runFinished' || event.kind === 'runStopped') event = { ...event, seconds: this.seconds };
    const written = this.writer.append(event);
    applyRunEvent(this.state, written);
    if (written.kind !== 'stepFinished') this.writeSummary();
    this.onEvent(written, this.state);
  }

  /** Rewrites summary.json by rename. */
  writeSummary(): void {
    this.writer.writeSummary(summaryOf(this.state, { ...this.facts, nowMs: Date.now() }));
  }

  /** Writes resolved.json: every default, the data's hash, versions, engine, threads, host. */
  writeResolved(setup: TrainingSetup): void {
    const { dataset, data, engine } = setup;
    const resolved = {
      version: 1,
      experiment: setup.experiment,
      data: {
        hash: dataset.hash,
        rows: dataset.rows,
        inputs: dataset.inputs,
        scale: data.scale,
        train: data.train.rows.length,
        validation: data.validation.rows.length,
        test: data.test.rows.length,
      },
      engine: { kind: engine.kind, description: engine.description, threads: setup.prepared.threads, reason: setup.engineReason },
      theory: setup.theory && { optimum: setup.theory.optimum },
      versions: versions(),
      host: hostname(),
    };
    this.writer.writeText('resolved.json', `${JSON.stringify(resolved, null, 2)}\n`);
  }

  writeArray(name: string, data: Float32Array, shape: readonly number[]): string {
    const file = `arrays/${name}.npy`;
    this.writer.writeArray(file, encodeNpy(data, shape));
    return file;
  }

  removeArray(name: string): void {
    this.writer.removeArray(`arrays/${name}.npy`);
  }

  async saveCheckpoint(step: number, files: Readonly<Record<string, Uint8Array>>): Promise<{ folder: string } | { skipped: string }> {
    if (!(await this.writer.checkpointWritten(CHECKPOINT_PATIENCE_MS))) return { skipped: 'the checkpoint before is still being written' };
    this.writer.saveCheckpoint(step, files);
    return { folder: `checkpoints/${step}` };
  }
}
