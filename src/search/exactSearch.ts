import { ExactBest } from './exactBest.ts';
import { type ExactState, ExactStates, type Following } from './exactStates.ts';
import type { Path } from './path.ts';
import type { ExactReport, PruneReason, SearchNode, SearchResult } from './searchResult.ts';
import type { SearchTask } from './searchTask.ts';
import type { Exact } from './strategy.ts';
import { countTexts, log10Of, type Tally, textsBelow } from './textCount.ts';
import type { TokenMask } from './tokenRules.ts';

/** A prefix that is to be expanded. */
interface Arrival {
  path: Path;
  /** Of the model; null where it has none, or there is no room for it. */
  state: ExactState | null;
}

/** A prefix whose tokens are being tried, most probable first. */
interface Frame {
  path: Path;
  following: Following;
  mask: TokenMask | null;
  /** Next place in the order. */
  next: number;
  /** Candidates so far that the rules allow. */
  rank: number;
  moment: number;
  /** Candidates listed that went no further. */
  shown: number;
}

/** Candidates of one prefix that are listed although they went no further. */
const shownPruned = 4;
/** Candidates tried between two yields where the model is not asked. */
const stride = 4096;

/**
 * Branch and bound, depth first, children by descending probability (Stahlberg and Byrne 2019 with the bounds of Huang et al. 2017):
 * a prefix is left where no text below it can be among the best, or where as many better prefixes of the same state and length were
 * explored as texts are wanted. What is left out cannot change the result, ties included.
 */
export function* exactSearch(task: SearchTask, options: Exact): Generator<void, SearchResult> {
  const run = new ExactRun(task, options);
  let next: Arrival | null = run.start();
  for (let tried = 1; next !== null || run.frames.length > 0; tried++) {
    if (next !== null) {
      const { path, state } = next;
      let following = state?.following ?? null;
      if (following === null) following = run.states.learn(state, (yield* task.ask([path]))[0]!);
      else task.modelCalls++;
      run.open(path, following);
    }
    next = run.tryNext();
    if (run.isFull) break;
    if (tried % stride === 0) yield;
  }
  return run.result();
}

class ExactRun {
  readonly frames: Frame[] = [];
  readonly states: ExactStates;
  private readonly best: ExactBest;
  /** Prompt and tokens of the last frame, changed in place. */
  private readonly prefix: number[];
  /** Whether the most nodes were looked at while there was more to see. */
  isFull = false;
  private nodes = 0;
  private readonly tallies: Record<'visited' | 'bound' | 'recombined' | 'impossible', Tally>;

  constructor(
    private readonly task: SearchTask,
    private readonly options: Exact,
  ) {
    const { model, maxNewTokens, scores, rules } = task;
    this.states = new ExactStates(model, options.returned);
    this.best = new ExactBest(options.returned, scores, rules.canEnd);
    this.prefix = [...task.prompt];
    const tally = () => new Float64Array(maxNewTokens + 1);
    this.tallies = { visited: tally(), bound: tally(), recombined: tally(), impossible: tally() };
  }

  start(): Arrival {
    this.nodes++;
    return { path: this.task.root, state: this.states.stateOf(this.prefix) };
  }

  /** Begins with the tokens after a path. */
  open(path: Path, following: Following): void {
    const { task } = this;
    const moment = ++task.moments;
    if (path.listed !== null) path.listed.decided = moment;
    this.frames.push({ path, following, mask: task.rules.maskOf(path), next: 0, rank: 0, moment, shown: 0 });
    const { size, end } = task.model;
    const rest = task.maxNewTokens - path.depth - 1;
    const ends = end !== null && following.row[end]! > Number.NEGATIVE_INFINITY ? 1 : 0;
    const others = following.order.length - ends;
    this.tallies.impossible[rest]! += size - (end === null ? 0 : 1) - others;
    if (end !== null && ends === 0) this.tallies.impossible[0]!++;
  }

  /** Tries the next token of the last frame; returns a prefix to expand, or null. */
  tryNext(): Arrival | null {
    const frame = this.frames[this.frames.length - 1]!;
    const { path, following, mask } = frame;
    const { end } = this.task.model;
    if (frame.next === following.order.length) {
      this.frames.pop();
      if (path.parent !== null) this.prefix.pop();
      return null;
    }
    const token = following.order[frame.next++]!;
    const rest = token === end ? 0 : this.task.maxNewTokens - path.depth - 1;
    const reason = mask?.reasonOf(token) ?? null;
    if (reason !== null) {
      this.tallies.impossible[rest]!++;
      this.list(frame, token, { fate: 'pruned', reason, rank: null });
      return null;
    }
    const ends = token === end;
    const missedBy = ends ? null : this.best.missedBy(path.sum + following.row[token]!, path.depth + 1);
    if (missedBy === null && this.nodes >= this.options.maxNodes) {
      frame.next--;
      this.isFull = true;
      return null;
    }
    frame.rank++;
    if (missedBy !== null) {
      this.prune(frame, token, 'bound', missedBy);
      return null;
    }
    if (rest === 0) {
      this.visit(frame, token, ends ? 'finished' : 'kept');
      return null;
    }
    return this.descend(frame, token);
  }

  result(): SearchResult {
    const { task, nodes, tallies } = this;
    const { size, end } = task.model;
    const below = textsBelow(size, end !== null, task.maxNewTokens);
    const log10 = (tally: Tally) => log10Of(countTexts(tally, below));
    const exact: ExactReport = {
      proven: this.frames.length === 0,
      nodes,
      log10Texts: log10Of(below[task.maxNewTokens]!),
      log10Visited: log10(tallies.visited),
      log10RuledOut: { bound: log10(tallies.bound), recombined: log10(tallies.recombined), impossible: log10(tallies.impossible) },
    };
    if (!exact.proven) this.listOpen();
    return task.result(this.best.texts, this.options.returned, exact);
  }

  /** Looks at a whole text. */
  private visit(frame: Frame, token: number, fate: 'kept' | 'finished'): void {
    const { task } = this;
    this.nodes++;
    this.tallies.visited[0]!++;
    const path = this.pathOf(frame, token);
    task.ledger.addPath(path, { fate, at: task.moments });
    this.best.offer(task.complete(path));
  }

  /** Goes on to a longer prefix, unless better ones of its state and length were explored. */
  private descend(frame: Frame, token: number): Arrival | null {
    const path = this.pathOf(frame, token);
    this.nodes++;
    this.prefix.push(token);
    const state = this.states.stateOf(this.prefix);
    // where rules hold after certain tokens only, a state does not decide what follows
    const better = state === null || path.rule !== null ? null : this.states.betterThan(state, path);
    if (better !== null) {
      this.prefix.pop();
      this.prune(frame, token, 'recombined', better.sum - path.sum);
      return null;
    }
    this.task.ledger.addPath(path, { fate: 'kept', at: this.task.moments });
    return { path, state };
  }

  private pathOf(frame: Frame, token: number): Path {
    const path = this.task.extend(frame.path, token, frame.following.row[token]!);
    path.rank = frame.rank - 1;
    path.born = frame.moment;
    return path;
  }

  private prune(frame: Frame, token: number, reason: 'bound' | 'recombined', missedBy: number | null): void {
    const rest = this.task.maxNewTokens - frame.path.depth - 1;
    this.tallies[reason][rest]!++;
    this.list(frame, token, { fate: 'pruned', reason, missedBy, rank: frame.rank - 1 });
  }

  private list(
    frame: Frame,
    token: number,
    as: { fate: 'pruned' | 'kept'; reason: PruneReason; rank: number | null } & Partial<Pick<SearchNode, 'missedBy'>>,
  ): void {
    const { ledger, moments: decided } = this.task;
    if (frame.shown >= shownPruned || !ledger.hasRoomUnder(frame.path)) {
      ledger.unlisted++;
      return;
    }
    frame.shown++;
    const logProbability = frame.following.row[token]!;
    ledger.add({ parent: frame.path, token, logProbability, missedBy: null, born: frame.moment, decided, ...as });
  }

  /** What was still to be tried when the most nodes were reached. */
  private listOpen(): void {
    for (const frame of this.frames) {
      const { order } = frame.following;
      for (let place = frame.next; place < order.length; place++) {
        const reason = frame.mask?.reasonOf(order[place]!) ?? 'stopped';
        this.list(frame, order[place]!, { fate: reason === 'stopped' ? 'kept' : 'pruned', reason, rank: null });
      }
    }
  }
}
