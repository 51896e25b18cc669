import { BinaryHeap } from '../math/binaryHeap.ts';
import { bestTokens, countPossible } from './bestTokens.ts';
import type { Candidate } from './ledger.ts';
import type { Complete, Path } from './path.ts';
import type { PruneReason, SearchResult } from './searchResult.ts';
import type { SearchTask } from './searchTask.ts';
import type { BestFirst } from './strategy.ts';
import type { TokenMask } from './tokenRules.ts';

/** A token after a path, or a finished path that competes at a later length. */
interface Queued {
  parent: Path;
  token: number;
  logProbability: number;
  sum: number;
  length: number;
  /** Place of what it extends among the pops of the length before. */
  parentRank: number;
  /** A finished hypothesis that was popped before. */
  finished: Path | null;
  /** Moment at which it was queued first. */
  born: number;
}

/** Queue steps between two yields where the model is not asked. */
const stride = 4096;

/**
 * Best-first beam search (Meister, Vieira and Cotterell 2020): one queue over all lengths, of which each may be popped `beams` times.
 * A popped finished hypothesis takes a pop of its length and goes on to the next one with the same sum, as a frozen slot does;
 * it is given back when it is popped at the last length. Published, the first complete pop is the answer, which ties contradict.
 */
export function* bestFirstSearch(task: SearchTask, options: BestFirst): Generator<void, SearchResult> {
  const run = new BestFirstRun(task, options);
  run.expand((yield* task.ask([task.root]))[0]!, { path: task.root, rank: 0 });
  for (let steps = 1; !run.isOver(); steps++) {
    const next = run.pop();
    if (next !== null) run.expand((yield* task.ask([next.path]))[0]!, next);
    else if (steps % stride === 0) yield;
  }
  return run.result();
}

class BestFirstRun {
  private readonly queue = new BinaryHeap<Queued>((a, b) => {
    if (a.sum !== b.sum) return a.sum > b.sum;
    // a shorter one may still bring children of the same sum
    if (a.length !== b.length) return a.length < b.length;
    return a.parentRank !== b.parentRank ? a.parentRank < b.parentRank : a.token < b.token;
  });
  private readonly pops: Int32Array;
  /** Sum of the last one popped at each length. */
  private readonly lastSums: Float64Array;
  private readonly complete: Complete[] = [];
  /** The finished ones of them, in the order of their pops. */
  private readonly finished: Path[] = [];

  constructor(
    private readonly task: SearchTask,
    private readonly options: BestFirst,
  ) {
    this.pops = new Int32Array(task.maxNewTokens + 1);
    this.lastSums = new Float64Array(task.maxNewTokens + 1);
  }

  /** Whether no later pop can be among what is given back. */
  isOver(): boolean {
    const { queue, task, options } = this;
    if (queue.size === 0 || this.pops[task.maxNewTokens] === options.beams) return true;
    const rival = this.finished[options.returned - 1];
    // one of the same sum may have finished earlier
    return rival !== undefined && queue.first!.sum < rival.sum;
  }

  /** Takes the next item; returns a path to ask the model about, with its rank, or null. */
  pop(): { path: Path; rank: number } | null {
    const { task } = this;
    const item = this.queue.pop()!;
    const { length, token } = item;
    if (this.pops[length]! >= this.options.beams) {
      this.prune(item);
      return null;
    }
    const rank = this.pops[length]!++;
    this.lastSums[length] = item.sum;
    const isEnd = token === task.model.end;
    const path = item.finished ?? this.pathOf(item, rank, isEnd);
    if (length === task.maxNewTokens) {
      this.complete.push(task.complete(path));
      if (isEnd) this.finished.push(path);
    } else if (isEnd) this.queue.push({ ...item, length: length + 1, parentRank: rank, finished: path });
    else return { path, rank };
    return null;
  }

  /** Queues the best tokens after a path: of more than `beams` the others can never be popped in time. */
  expand(row: Float64Array, { path, rank }: { path: Path; rank: number }): void {
    const { task, options } = this;
    const moment = ++task.moments;
    const mask = task.rules.maskOf(path);
    const accepts = mask === null ? null : (token: number) => mask.reasonOf(token) === null;
    const best = bestTokens({ row, base: path.sum, count: options.beams + 1, accepts });
    const queued = best.subarray(0, options.beams);
    for (const token of queued) {
      const logProbability = row[token]!;
      const sum = path.sum + logProbability;
      this.queue.push({ parent: path, token, logProbability, sum, length: path.depth + 1, parentRank: rank, finished: null, born: moment });
    }
    const listed = this.listOthers(path, row, best, mask);
    task.ledger.unlisted += countPossible(row) - queued.length - listed;
  }

  result(): SearchResult {
    const { task } = this;
    for (const item of this.queue) {
      if (item.finished === null) this.list(item, 'stopped', null);
    }
    return task.result(this.complete, this.options.returned);
  }

  private pathOf({ parent, token, logProbability, born }: Queued, rank: number, isEnd: boolean): Path {
    const path = this.task.extend(parent, token, logProbability);
    path.rank = rank;
    path.born = born;
    this.task.ledger.addPath(path, { fate: isEnd ? 'finished' : 'kept', at: this.task.moments });
    return path;
  }

  /** Its length has had all its pops. */
  private prune(item: Queued): void {
    const missedBy = this.lastSums[item.length]! - item.sum;
    if (item.finished === null) {
      this.list(item, 'outranked', missedBy);
      return;
    }
    const { listed } = item.finished;
    if (listed === null) return;
    Object.assign(listed, { fate: 'pruned', reason: 'displaced', missedBy, decided: this.task.moments });
  }

  private list({ parent, token, logProbability, born }: Queued, reason: PruneReason, missedBy: number | null): void {
    const decided = this.task.moments;
    const fate = reason === 'stopped' ? 'kept' : 'pruned';
    this.task.ledger.add({ parent, token, logProbability, fate, reason, missedBy, rank: null, born, decided });
  }

  /** Lists the best token that is not queued and those that the rules forbid; returns how many were listed. */
  private listOthers(path: Path, row: Float64Array, best: Int32Array, mask: TokenMask | null): number {
    const { ledger, moments: moment } = this.task;
    if (!ledger.hasRoomUnder(path)) return 0;
    const { beams } = this.options;
    const base = path.sum;
    const common = { parent: path, fate: 'pruned', rank: null, born: moment, decided: moment } as const;
    const others: Candidate[] = [...best.subarray(beams)].map((token) => {
      const missedBy = row[best[beams - 1]!]! - row[token]!;
      return { ...common, token, logProbability: row[token]!, reason: 'outranked', missedBy };
    });
    if (mask !== null) {
      const accepts = (token: number) => mask.reasonOf(token) !== null;
      for (const token of bestTokens({ row, base, count: beams + 1, accepts }))
        others.push({ ...common, token, logProbability: row[token]!, reason: mask.reasonOf(token), missedBy: null });
    }
    return others.filter((other) => ledger.hasRoomUnder(path) && ledger.add(other) !== null).length;
  }
}
