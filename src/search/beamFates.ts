import type { BeamCandidate } from './beamStep.ts';

/** What a step decides. */
export interface Decided {
  /** Go on, best first. */
  open: BeamCandidate[];
  /** Ended now, best first; where slots are frozen also those that had ended before and keep their slot. */
  ended: BeamCandidate[];
}

/**
 * `replenish`: candidates are walked best first; an end token counts only in ranks below `beams` and is then set aside; the open set is
 * filled to `beams` with the best others. Marks every candidate with its fate.
 * @param places how many may still be set aside; later ones are dropped
 */
export function replenishBeam(candidates: readonly BeamCandidate[], end: number | null, beams: number, places: number): Decided {
  const open: BeamCandidate[] = [];
  const ended: BeamCandidate[] = [];
  candidates.forEach((candidate, rank) => {
    if (candidate.token === end) {
      if (rank >= beams) prune(candidate, 'endOutsideBeam', candidates[beams - 1]!);
      else if (ended.length >= places) prune(candidate, 'outranked', ended[places - 1] ?? candidate);
      else {
        keep(candidate, 'finished');
        ended.push(candidate);
      }
    } else if (open.length < beams) {
      keep(candidate, 'kept');
      open.push(candidate);
    } else prune(candidate, 'outranked', open[beams - 1]!);
  });
  return { open, ended };
}

/** `frozen`: the best `beams` candidates have the slots, finished or not; a finished one that is not among them is gone. */
export function freezeBeam(candidates: readonly BeamCandidate[], end: number | null, beams: number): Decided {
  const open: BeamCandidate[] = [];
  const ended: BeamCandidate[] = [];
  candidates.forEach((candidate, rank) => {
    if (rank >= beams) prune(candidate, candidate.isFrozen ? 'displaced' : 'outranked', candidates[beams - 1]!);
    else {
      const isEnd = candidate.token === end;
      keep(candidate, isEnd ? 'finished' : 'kept');
      (isEnd ? ended : open).push(candidate);
    }
  });
  return { open, ended };
}

function keep(candidate: BeamCandidate, fate: 'kept' | 'finished'): void {
  candidate.fate = fate;
  candidate.reason = null;
}

function prune(candidate: BeamCandidate, reason: 'outranked' | 'displaced' | 'endOutsideBeam', best: BeamCandidate): void {
  candidate.reason = reason;
  candidate.rival = best;
}
