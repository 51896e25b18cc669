import { formatFigure } from './format.ts';
import type { JudgedClaim } from './runSummary.ts';

/** The numbers behind a verdict: "1.53 against 1.6", and for undecided ones why. */
export function describeClaim({ left, right, noise, verdict, reason }: JudgedClaim): string {
  if (left === null || right === null) return reason ?? 'not measured';
  const sides = `${formatFigure(left)} against ${formatFigure(right)}`;
  return verdict === 'undecided' ? `${sides}, within the noise of ${formatFigure(noise)}` : sides;
}

/** "2 of 3 confirmed"; null without claims. */
export function confirmedClaims(claims: readonly Pick<JudgedClaim, 'verdict'>[]): string | null {
  return claims.length === 0 ? null : `${claims.filter(({ verdict }) => verdict === 'confirmed').length} of ${claims.length} confirmed`;
}

/** "2 of 3 claims confirmed, 1 refuted"; null without claims. */
export function countClaims(claims: readonly Pick<JudgedClaim, 'verdict'>[]): string | null {
  if (claims.length === 0) return null;
  const count = (verdict: JudgedClaim['verdict']) => claims.filter((claim) => claim.verdict === verdict).length;
  const [confirmed, refuted, undecided] = [count('confirmed'), count('refuted'), count('undecided')];
  const all = `${confirmed} of ${claims.length} claim${claims.length === 1 ? '' : 's'} confirmed`;
  return [all, refuted > 0 ? `${refuted} refuted` : '', undecided > 0 ? `${undecided} undecided` : ''].filter(Boolean).join(', ');
}
