import type { NextTokens } from '../math/nextTokens.ts';
import { Ledger } from './ledger.ts';
import { LengthScores } from './lengthScores.ts';
import { type Complete, compareComplete, Path } from './path.ts';
import type { Constraints, ExactReport, Hypothesis, SearchResult } from './searchResult.ts';
import type { LengthPenalty, Strategy } from './strategy.ts';
import { TokenRules } from './tokenRules.ts';

/** What is searched for, and in what. */
export interface SearchAsk {
  model: NextTokens;
  /** Tokens that stand before every text; no part of it. */
  prompt: readonly number[];
  /** Tokens to generate at most, the end token included. */
  maxNewTokens: number;
  strategy: Strategy;
  /** Default: none. */
  constraints?: Constraints;
  /** Nodes of the ledger at most, default 2000 (more only where the texts given back need them); 0: none at all. */
  mostNodes?: number;
  /** Seed of sampling, an integer from 0 to 4294967295, default 0. */
  seed?: number;
}

/** One search under way: what all strategies need. */
export class SearchTask {
  readonly model: NextTokens;
  readonly maxNewTokens: number;
  readonly seed: number;
  readonly prompt: readonly number[];
  readonly scores: LengthScores;
  readonly rules: TokenRules;
  readonly ledger: Ledger;
  readonly root = new Path(null, -1, 0);
  modelCalls = 0;
  moments = 0;

  constructor({ model, prompt, maxNewTokens, strategy, constraints, mostNodes, seed }: SearchAsk) {
    this.model = model;
    this.prompt = prompt;
    this.maxNewTokens = maxNewTokens;
    this.seed = seed ?? 0;
    const penalty: LengthPenalty = 'lengthPenalty' in strategy ? strategy.lengthPenalty : { kind: 'none' };
    this.scores = new LengthScores(penalty, maxNewTokens);
    this.rules = new TokenRules({
      constraints: constraints ?? { forced: [], forbidden: [] },
      end: model.end,
      forceEnd: strategy.forceEnd,
      maxNewTokens,
    });
    this.ledger = new Ledger(mostNodes ?? 2000, this.scores);
    this.root.rule = this.rules.root;
  }

  /** Prompt and generated tokens. */
  prefixOf(path: Path): number[] {
    return [...this.prompt, ...path.tokens()];
  }

  /** Asks the model about paths that were not asked about before, then yields. */
  *ask(paths: readonly Path[]): Generator<void, readonly Float64Array[]> {
    const rows = this.model.next(paths.map((path) => this.prefixOf(path)));
    this.modelCalls += paths.length;
    yield;
    return rows;
  }

  /** A path one token longer. */
  extend(parent: Path, token: number, logProbability: number): Path {
    const path = new Path(parent, token, logProbability);
    path.rule = this.rules.after(parent.rule, token);
    return path;
  }

  /** A text that is complete: it ended, or has as many tokens as it may have. */
  complete(path: Path): Complete {
    return {
      path,
      finished: path.parent !== null && path.token === this.model.end,
      score: this.scores.score(path.sum, path.depth),
    };
  }

  /** The result: the best `returned` of some complete texts. */
  result(texts: readonly Complete[], returned: number, exact: ExactReport | null = null): SearchResult {
    const best = [...texts].sort(compareComplete).slice(0, returned);
    const nodes = this.ledger.close(best);
    const hypotheses = best.map(hypothesisOf);
    return { hypotheses, modelCalls: this.modelCalls, nodes, moments: this.moments, unlisted: this.ledger.unlisted, exact };
  }
}

function hypothesisOf({ path, finished, score }: Complete): Hypothesis {
  return {
    tokens: path.tokens(),
    logProbabilities: path.logProbabilities(),
    logProbability: path.sum,
    score,
    finished,
    node: path.listed?.id ?? null,
  };
}
