import { judgeClaim, noiseEvaluations } from '../run/judgeClaim.ts';
import type { UntimedRunEvent } from '../run/runEvent.ts';

type Metrics = Readonly<Record<string, number>>;

/** Remembers the last evaluations of a run, and holds the claims of its file against its end. */
export class ClaimJudge {
  /** The last evaluations, oldest first. */
  recent: readonly Metrics[] = [];

  constructor(private readonly claims: readonly string[] = []) {}

  /** Takes note of an evaluation. */
  remember(metrics: Metrics): void {
    this.recent = [...this.recent, metrics].slice(-noiseEvaluations);
  }

  /** What the end says of each claim; no event where nothing is claimed. */
  *judge(step: number, end: Metrics): Generator<UntimedRunEvent> {
    if (this.claims.length === 0) return;
    yield { kind: 'claimsJudged', step, claims: this.claims.map((text) => judgeClaim(text, end, this.recent)) };
  }
}
