import type { LengthPenalty } from './strategy.ts';

/**
 * Score of a text of `length` = L tokens with the sum s of log-probabilities: s, s / L^alpha, s / ((5 + L)/6)^alpha or
 * s + perToken L. The empty text without an end token (L = 0) scores 0.
 */
export function scoreOf(penalty: LengthPenalty, sum: number, length: number): number {
  return length === 0 ? 0 : quotient(sum, divisorOf(penalty, length)) + bonusOf(penalty, length);
}

function divisorOf(penalty: LengthPenalty, length: number): number {
  if (penalty.kind === 'power') return length ** penalty.alpha;
  return penalty.kind === 'gnmt' ? ((5 + length) / 6) ** penalty.alpha : 1;
}

function bonusOf(penalty: LengthPenalty, length: number): number {
  return penalty.kind === 'reward' ? penalty.perToken * length : 0;
}

/** 0 / 0 is no number, but a certain text scores 0 whatever its length. */
function quotient(sum: number, divisor: number): number {
  return sum === 0 ? 0 : sum / divisor;
}

/** Scores of all lengths up to a longest one, and the best score that a longer text can still reach. */
export class LengthScores {
  private readonly divisors: Float64Array;
  private readonly bonuses: Float64Array;
  /** Largest divisor and bonus of any length from this one to the longest. */
  private readonly laterDivisors: Float64Array;
  private readonly laterBonuses: Float64Array;

  constructor(
    readonly penalty: LengthPenalty,
    readonly longest: number,
  ) {
    this.divisors = Float64Array.from({ length: longest + 1 }, (_, length) => divisorOf(penalty, length));
    this.bonuses = Float64Array.from({ length: longest + 1 }, (_, length) => bonusOf(penalty, length));
    this.laterDivisors = this.divisors.slice();
    this.laterBonuses = this.bonuses.slice();
    for (let length = longest - 1; length >= 0; length--) {
      this.laterDivisors[length] = Math.max(this.divisors[length]!, this.laterDivisors[length + 1]!);
      this.laterBonuses[length] = Math.max(this.bonuses[length]!, this.laterBonuses[length + 1]!);
    }
  }

  /** Score of a text of this length. */
  score(sum: number, length: number): number {
    return length === 0 ? 0 : quotient(sum, this.divisors[length]!) + this.bonuses[length]!;
  }

  /**
   * No text of `length` to `longest` tokens whose sum is at most `sum` scores more: the larger of the scores at both ends, because
   * every penalty is monotone in the length. Holds in rounded numbers too.
   */
  bound(sum: number, length: number): number {
    return quotient(sum, this.laterDivisors[length]!) + this.laterBonuses[length]!;
  }
}
