import { freezeBeam, replenishBeam } from './beamFates.ts';
import { BeamPool, type Slot } from './beamStep.ts';
import { listBeamStep } from './listBeamStep.ts';
import { type Complete, compareComplete, type Path } from './path.ts';
import { repeatedTokens } from './repeatedTokens.ts';
import type { SearchResult } from './searchResult.ts';
import type { SearchTask } from './searchTask.ts';
import type { Beam } from './strategy.ts';

/** Beam search: see `Beam` for its options, and `SearchResult` for the order of what it gives back. */
export function* beamSearch(task: SearchTask, options: Beam): Generator<void, SearchResult> {
  const run = new BeamRun(task, options);
  while (!run.isOver()) {
    const rows = yield* task.ask(run.open);
    run.step(rows);
  }
  return run.result();
}

class BeamRun {
  /** In rank order. */
  private slots: Slot[];
  /** Finished hypotheses, best first; of frozen slots those that still have one. */
  private finished: Complete[] = [];

  constructor(
    private readonly task: SearchTask,
    private readonly options: Beam,
  ) {
    this.slots = [{ path: task.root, finished: false }];
  }

  get open(): Path[] {
    return this.slots.filter((slot) => !slot.finished).map(({ path }) => path);
  }

  /** Tokens of the open hypotheses. */
  private get length(): number {
    return this.task.moments;
  }

  /** Whether the search stops before it asks the model again. */
  isOver(): boolean {
    const { scores, maxNewTokens } = this.task;
    const { stopping, beams, returned } = this.options;
    const open = this.open;
    if (open.length === 0 || this.length === maxNewTokens) return true;
    const rival = this.finished[(stopping === 'optimal' ? returned : beams) - 1];
    if (rival === undefined) return false;
    if (stopping === 'first') return true;
    const best = open[0]!.sum; // slots are in rank order
    return rival.score >= (stopping === 'optimal' ? scores.bound(best, this.length + 1) : scores.score(best, this.length));
  }

  /** One step of all open hypotheses, given what the model says after each. */
  step(rows: readonly Float64Array[]): void {
    const { task, options, slots } = this;
    const { end } = task.model;
    const moment = ++task.moments;
    const pool = new BeamPool(slots, options.beams);
    let asked = 0;
    slots.forEach(({ path, finished }, slot) => {
      if (finished) pool.addFrozen(slot, end!);
      else pool.addOpen(slot, rows[asked++]!, task.rules.maskOf(path, this.repeatedAfter(path)));
    });
    pool.sort();
    const isFrozen = options.finished === 'frozen';
    const places = options.stopping === 'first' ? options.beams - this.finished.length : Number.POSITIVE_INFINITY;
    const decided = isFrozen ? freezeBeam(pool.candidates, end, options.beams) : replenishBeam(pool.candidates, end, options.beams, places);
    const paths = listBeamStep({ task, pool, slots, moment, beams: options.beams });
    const endedPaths = decided.ended.map((candidate) => paths.get(candidate)!);
    const ended = endedPaths.map((path) => task.complete(path));
    if (isFrozen) {
      const open = new Set(decided.open);
      const kept = pool.candidates.slice(0, options.beams);
      this.slots = kept.map((candidate) => ({ path: paths.get(candidate)!, finished: !open.has(candidate) }));
      this.finished = ended.sort(compareComplete);
    } else {
      this.slots = decided.open.map((candidate) => ({ path: paths.get(candidate)!, finished: false }));
      if (ended.length > 0) this.finished = [...this.finished, ...ended].sort(compareComplete);
    }
  }

  result(): SearchResult {
    const { task } = this;
    const open = this.open;
    const isWhole = this.length === task.maxNewTokens;
    for (const { listed } of open) if (listed !== null && !isWhole) listed.reason = 'stopped';
    return task.result([...this.finished, ...(isWhole ? open.map((path) => task.complete(path)) : [])], this.options.returned);
  }

  private repeatedAfter(path: Path): Set<number> | null {
    const { noRepeatNgram } = this.options;
    return noRepeatNgram === 0 ? null : repeatedTokens(this.task.prefixOf(path), noRepeatNgram);
  }
}
