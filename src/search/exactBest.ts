import type { LengthScores } from './lengthScores.ts';
import { type Complete, compareComplete } from './path.ts';

/** The best complete texts so far, at most `most`, best first, and what can still get among them. */
export class ExactBest {
  readonly texts: Complete[] = [];

  constructor(
    private readonly most: number,
    private readonly scores: LengthScores,
    /** Whether any text can end; otherwise all that count are unfinished. */
    private readonly canEnd: boolean,
  ) {}

  /** Takes a text where it is good enough. */
  offer(text: Complete): void {
    const { texts } = this;
    let place = texts.length;
    while (place > 0 && compareComplete(text, texts[place - 1]!) < 0) place--;
    if (place >= this.most) return;
    texts.splice(place, 0, text);
    if (texts.length > this.most) texts.pop();
  }

  /**
   * By how much no text that goes on from a prefix can be among the best: at least 0; null where one can, or might by a tie.
   * @param sum of the prefix
   * @param length tokens of the prefix: at least one more follows, or it is as long as a text may be
   */
  missedBy(sum: number, length: number): number | null {
    if (this.texts.length < this.most) return null;
    const worst = this.texts[this.texts.length - 1]!;
    const { longest } = this.scores;
    if (!worst.finished) {
      if (this.canEnd && length < longest) return null;
      const missed = worst.score - this.scores.score(sum, longest);
      return missed > 0 ? missed : null;
    }
    // an unfinished text comes after every finished one
    if (length === longest) return Math.max(0, worst.score - this.scores.score(sum, longest));
    const bound = this.scores.bound(sum, length + 1);
    if (bound > worst.score) return null;
    // of equal scores the one that finished earlier wins
    return bound === worst.score && worst.path.depth > length ? null : difference(worst.score, bound);
  }
}

function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
