import type { Path } from './path.ts';
import type { Constraints, PruneReason } from './searchResult.ts';

/** What is forbidden after exactly the tokens that lead here. */
export interface RuleNode {
  next: Map<number, RuleNode>;
  forbidden: Set<number>;
}

/** Which tokens may not follow a path, and why. */
export interface TokenMask {
  /** Null: it may stand here. */
  reasonOf(token: number): PruneReason | null;
}

/** What a search is bound to beside the model. */
export interface RuleSet {
  constraints: Constraints;
  end: number | null;
  forceEnd: boolean;
  maxNewTokens: number;
}

/** Forced, forbidden and last tokens of a search. */
export class TokenRules {
  /** For the root of a search. */
  readonly root: RuleNode | null;
  /** Whether any text can end as far as the rules go. */
  readonly canEnd: boolean;
  private readonly everywhere = new Set<number>();

  constructor(private readonly set: RuleSet) {
    const root: RuleNode = { next: new Map(), forbidden: new Set() };
    for (const { token, after } of set.constraints.forbidden) {
      if (after === null) this.everywhere.add(token);
      else nodeAt(root, after).forbidden.add(token);
    }
    this.root = root.next.size + root.forbidden.size > 0 ? root : null;
    this.canEnd = set.end !== null && !this.everywhere.has(set.end);
  }

  /** The rules of a path by those of its parent. */
  after(rule: RuleNode | null, token: number): RuleNode | null {
    return rule?.next.get(token) ?? null;
  }

  /**
   * What may not follow a path; null where everything may.
   * @param repeated tokens that would repeat an n-gram; what is forced may do so
   */
  maskOf(path: Path, repeated: ReadonlySet<number> | null = null): TokenMask | null {
    const { constraints, end, forceEnd, maxNewTokens } = this.set;
    const forced = constraints.forced[path.depth] ?? null;
    const mustEnd = forceEnd && path.depth + 1 === maxNewTokens;
    const here = path.rule !== null && path.rule.forbidden.size > 0 ? path.rule.forbidden : null;
    if (forced === null && !mustEnd && here === null && this.everywhere.size === 0 && (repeated?.size ?? 0) === 0) return null;
    return {
      reasonOf: (token) => {
        if (forced !== null && token !== forced) return 'forbidden';
        if (mustEnd && token !== end) return 'cannotEnd';
        if (this.everywhere.has(token) || here?.has(token)) return 'forbidden';
        return forced === null && !mustEnd && repeated?.has(token) ? 'repeatedNgram' : null;
      },
    };
  }
}

function nodeAt(root: RuleNode, tokens: readonly number[]): RuleNode {
  let node = root;
  for (const token of tokens) {
    let next = node.next.get(token);
    if (next === undefined) {
      next = { next: new Map(), forbidden: new Set() };
      node.next.set(token, next);
    }
    node = next;
  }
  return node;
}
