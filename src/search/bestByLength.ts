import type { NextTokens } from '../math/nextTokens.ts';
import { compareRank, Path } from './path.ts';
import type { Constraints } from './searchResult.ts';
import { type RuleNode, TokenRules } from './tokenRules.ts';

/** The best finished text of one length. */
export interface LengthBest {
  /** Generated tokens, the end token included. */
  length: number;
  logProbability: number;
  tokens: number[];
  /** Whether no text of that length can be better. */
  isExact: boolean;
}

/** What the dynamic program found. */
export interface BestByLength {
  /** By length, from 1 on; lengths at which no text can end are left out. */
  lengths: LengthBest[];
  /** The best text of maxNewTokens tokens that did not end; null where there is none. */
  unfinished: LengthBest | null;
  /** Distinct contexts whose distribution was asked for. */
  modelCalls: number;
}

/** What the dynamic program is to look at. */
export interface LengthAsk {
  model: NextTokens;
  prompt: readonly number[];
  maxNewTokens: number;
  /** Default: none. */
  constraints?: Constraints;
  /** Contexts to keep at most, default 200,000, fewer where the vocabulary is large. */
  mostStates?: number;
}

/** Contexts gone through between two yields. */
const stride = 1024;

/** The best of some paths that are one token longer than others. */
class Longer {
  private parent: Path | null = null;
  private token = -1;
  private logProbability = 0;
  private sum = 0;

  get isEmpty(): boolean {
    return this.parent === null;
  }

  offer(parent: Path, token: number, logProbability: number): void {
    const sum = parent.sum + logProbability;
    if (this.parent !== null && (sum < this.sum || (sum === this.sum && !this.isAfter(parent, token)))) return;
    this.parent = parent;
    this.token = token;
    this.logProbability = logProbability;
    this.sum = sum;
  }

  /** Takes it out. */
  take(): Path {
    const path = new Path(this.parent, this.token, this.logProbability);
    this.parent = null;
    return path;
  }

  /** Whether what is held comes after one of the same sum. */
  private isAfter(parent: Path, token: number): boolean {
    return parent === this.parent ? token < this.token : compareRank(parent, this.parent!) < 0;
  }
}

/** A context: a state of the model and a place among the rules. */
interface Context {
  /** A prefix that leads here, the prompt included. */
  prefix: number[];
  rule: RuleNode | null;
  row: Float64Array | null;
  /** By token; null where not yet known. */
  next: (Context | null)[];
  /** The best path that leads here in as many tokens as the step under way starts from. */
  best: Path | null;
  /** The best so far of one token more. */
  longer: Longer;
}

/**
 * The best finished text of every length at once: Viterbi's dynamic program over (context, length), exact for models with few states,
 * whatever the penalty. Of equally probable texts the one of better rank (`compareRank`).
 * Yields after each call of the model and every thousand contexts.
 * @returns null for a model without states or with more than `mostStates` of them
 */
export function* bestByLength(ask: LengthAsk): Generator<void, BestByLength | null> {
  const { model, maxNewTokens } = ask;
  if (model.state === undefined) return null;
  const program = new LengthProgram(ask);
  for (let length = 1; length <= maxNewTokens; length++) {
    const unknown = program.unknown();
    if (unknown.length > 0) {
      program.learn(unknown, model.next(unknown.map(({ prefix }) => prefix)));
      yield;
    }
    if (!(yield* program.step())) return null;
  }
  return program.result();
}

class LengthProgram {
  private readonly rules: TokenRules;
  private readonly contexts = new Map<string, Context>();
  private readonly ruleNumbers = new Map<RuleNode, number>();
  private readonly lengths: LengthBest[] = [];
  private readonly mostStates: number;
  private reached: Context[];
  private modelCalls = 0;

  constructor(private readonly ask: LengthAsk) {
    const { model, prompt, maxNewTokens } = ask;
    const constraints = ask.constraints ?? { forced: [], forbidden: [] };
    this.rules = new TokenRules({ constraints, end: model.end, forceEnd: false, maxNewTokens });
    this.mostStates = ask.mostStates ?? Math.min(200_000, Math.floor(1e7 / model.size));
    const root = new Path(null, -1, 0);
    root.rule = this.rules.root;
    const context = this.contextOf([...prompt], root.rule);
    context.best = root;
    this.reached = [context];
  }

  /** Contexts reached whose distribution is not known. */
  unknown(): Context[] {
    return this.reached.filter(({ row }) => row === null);
  }

  learn(contexts: readonly Context[], rows: readonly Float64Array[]): void {
    this.modelCalls += contexts.length;
    contexts.forEach((context, i) => {
      context.row = rows[i]!;
    });
  }

  /** Goes from all contexts of one length to those of the next; false where they are too many. */
  *step(): Generator<void, boolean> {
    const { end, size } = this.ask.model;
    const found: Context[] = [];
    const ended = new Longer();
    let seen = 0;
    for (const context of this.reached) {
      if (++seen % stride === 0) yield;
      const row = context.row!;
      const path = context.best!;
      const mask = this.rules.maskOf(path);
      for (let token = 0; token < size; token++) {
        if (!(row[token]! > Number.NEGATIVE_INFINITY) || (mask !== null && mask.reasonOf(token) !== null)) continue;
        if (token === end) ended.offer(path, token, row[token]!);
        else {
          const next = this.after(context, token);
          if (next.longer.isEmpty) found.push(next);
          next.longer.offer(path, token, row[token]!);
        }
      }
      if (this.contexts.size > this.mostStates) return false;
    }
    if (!ended.isEmpty) this.lengths.push(lengthBest(ended.take()));
    for (const context of found) {
      context.best = context.longer.take();
      context.best.rule = context.rule;
    }
    this.reached = found;
    return true;
  }

  result(): BestByLength {
    let unfinished: Path | null = null;
    for (const { best } of this.reached) if (unfinished === null || compareRank(best!, unfinished) < 0) unfinished = best;
    return {
      lengths: this.lengths,
      unfinished: unfinished === null || unfinished.depth === 0 ? null : lengthBest(unfinished),
      modelCalls: this.modelCalls,
    };
  }

  private after(context: Context, token: number): Context {
    let next = context.next[token] ?? null;
    if (next === null) {
      next = this.contextOf([...context.prefix, token], this.rules.after(context.rule, token));
      context.next[token] = next;
    }
    return next;
  }

  private contextOf(prefix: number[], rule: RuleNode | null): Context {
    const key = `${rule === null ? '' : this.numberOf(rule)}:${this.ask.model.state!(prefix)}`;
    let context = this.contexts.get(key);
    if (context === undefined) {
      context = {
        prefix,
        rule,
        row: null,
        next: new Array<Context | null>(this.ask.model.size).fill(null),
        best: null,
        longer: new Longer(),
      };
      this.contexts.set(key, context);
    }
    return context;
  }

  private numberOf(rule: RuleNode): number {
    const known = this.ruleNumbers.get(rule) ?? this.ruleNumbers.size;
    this.ruleNumbers.set(rule, known);
    return known;
  }
}

function lengthBest(path: Path): LengthBest {
  return { length: path.depth, logProbability: path.sum, tokens: path.tokens(), isExact: true };
}
