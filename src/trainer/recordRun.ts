import { encodeNpy } from '../math/npy.ts';
import { applyRunEvent } from '../run/applyRunEvent.ts';
import { elapsedSeconds } from '../run/runClock.ts';
import type { RunEvent, UntimedRunEvent } from '../run/runEvent.ts';
import { newRunState, type RunState } from '../run/runState.ts';
import { summaryOf } from '../run/summaryOf.ts';
import type { RunWriter } from '../store/runWriter.ts';
import type { RunSetup } from './prepareRun.ts';
import { resolvedOf } from './resolvedOf.ts';
import type { RunKeeper } from './runKeeper.ts';

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

  /** Writes resolved.json, and beside it the tokenizer of a language model. */
  writeResolved(setup: RunSetup): void {
    this.writer.writeText('resolved.json', `${JSON.stringify(resolvedOf(setup), null, 2)}\n`);
    if (setup.kind === 'autoencoder') return;
    this.writer.writeText('tokenizer.json', `${JSON.stringify(setup.corpus.tokenizer.toJson())}\n`);
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
