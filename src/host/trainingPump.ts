import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { RunListing } from '../store/listRuns.ts';
import { queueOf } from '../store/queueOrder.ts';
import { readSetting } from './readSetting.ts';
import type { RunsModel } from './runsModel.ts';
import type { Trainers } from './trainers.ts';

/** Another window may end a run that this one does not hear of at once. */
const lookMs = 2_000;

/** Starts the trainings that wait as soon as a slot is free; every window on a folder does, and each training starts once. */
export class TrainingPump implements vscode.Disposable {
  readonly #runs: RunsModel;
  readonly #trainers: Trainers;
  readonly #log: vscode.LogOutputChannel;
  readonly #listening: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;
  #pumping: Promise<void> | null = null;

  constructor({ runs, trainers, log }: { runs: RunsModel; trainers: Trainers; log: vscode.LogOutputChannel }) {
    this.#runs = runs;
    this.#trainers = trainers;
    this.#log = log;
    this.#listening = [runs.onDidChange(() => this.look()), vscode.workspace.onDidChangeConfiguration(() => this.look())];
  }

  /** Looks whether something waits that may begin; while something waits, again every two seconds. */
  look(): void {
    const waits = this.#runs.all().some(({ status }) => status === 'queued');
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!waits) return;
    this.#timer = setTimeout(() => this.look(), lookMs);
    if (!vscode.workspace.isTrusted) return;
    this.#pumping ??= this.#pump()
      .catch((error: unknown) => this.#log.error(`the queue of trainings stands still: ${error}`))
      .finally(() => {
        this.#pumping = null;
      });
  }

  /** Trains one run of the queue now, whatever its place, beside those that have a slot. */
  async startNow(run: RunListing): Promise<void> {
    await this.#start(run.folder);
    await this.#runs.refresh(run.id);
  }

  async #pump(): Promise<void> {
    const { releaseSlot, takeSlot } = await import('../store/trainingSlots.ts');
    const slots = Math.max(1, readSetting('maxParallel'));
    for (const { id, folder } of queueOf(this.#runs.all())) {
      const runsFolder = dirname(folder);
      const slot = await takeSlot(runsFolder, id, slots);
      if (slot === null) continue;
      if (await this.#start(folder)) await this.#runs.refresh(id);
      else await releaseSlot(runsFolder, id, slot);
    }
  }

  /** @returns whether this window started it */
  async #start(folder: string): Promise<boolean> {
    const { claim } = await import('../store/trainingQueue.ts');
    const entry = await claim(folder);
    if (entry === null) return false;
    const { experimentPath, text, engine, leased } = entry;
    if (leased) {
      const { renewLease } = await import('../store/lease.ts');
      await renewLease(folder);
    }
    this.#trainers.start({ runFolder: folder, experimentPath, text, engine: engine ?? undefined, leased });
    return true;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const listening of this.#listening) listening.dispose();
  }
}
