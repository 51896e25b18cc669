import type { BeamCandidate, BeamPool, Slot } from './beamStep.ts';
import type { Candidate } from './ledger.ts';
import type { Path } from './path.ts';
import type { SearchTask } from './searchTask.ts';

/** A step whose fates are decided. */
export interface DecidedStep {
  task: SearchTask;
  pool: BeamPool;
  slots: readonly Slot[];
  moment: number;
  beams: number;
}

/**
 * Makes the paths of what goes on or ended, and lists the step: first what is kept, then the best of what is not, so many that later
 * steps have room as well.
 * @returns the path of each candidate that was not pruned
 */
export function listBeamStep(step: DecidedStep): Map<BeamCandidate, Path> {
  const { task, pool, slots, moment, beams } = step;
  const { ledger } = task;
  const later = task.maxNewTokens - moment;
  const before = ledger.room;
  const ranks = before > 0 ? pool.ranks() : null;
  const keptRoom = Math.max(Math.floor(before / (later + 1)), Math.ceil(before / 8));
  const paths = new Map<BeamCandidate, Path>();
  let kept = 0;
  pool.candidates.forEach((candidate, place) => {
    const { slot, token, fate, isFrozen } = candidate;
    const parent = slots[slot]!.path;
    if (isFrozen) {
      if (fate === 'pruned') displace(parent, candidate, moment);
      else paths.set(candidate, parent);
    } else if (fate !== 'pruned') {
      const path = task.extend(parent, token, pool.logProbabilityOf(candidate));
      path.rank = ranks?.[place] ?? place;
      path.born = moment;
      if (before - ledger.room < keptRoom) ledger.addPath(path, { fate, at: moment });
      else ledger.unlisted++;
      kept++;
      paths.set(candidate, path);
    }
  });
  const listed = ranks === null ? 0 : listPruned(step, ranks, prunedRoom(ledger.room, beams, later));
  ledger.unlisted += pool.considered - kept - listed;
  return paths;
}

/** Nodes that a step may spend on what it pruned: what it wants while there is plenty, later a fair share of what is left. */
function prunedRoom(room: number, beams: number, later: number): number {
  // what later steps keep comes first, and a little of what they prune; where that cannot fit, the first steps get half of the room
  const wanted = (beams + Math.ceil(beams / 4)) * later;
  const reserved = wanted <= room ? wanted : Math.floor(room / 2);
  return Math.max(Math.floor((room - reserved) / (later + 1)), Math.floor((room - reserved) / 8));
}

/** Lists the best `most` of what was pruned or is forbidden; returns how many were listed. */
function listPruned({ task, pool, slots, moment }: DecidedStep, ranks: Int32Array, most: number): number {
  const { ledger } = task;
  const common = { fate: 'pruned', born: moment, decided: moment } as const;
  const forbidden = pool.forbidden();
  let listed = 0;
  const add = (slot: number, candidate: Omit<Candidate, 'parent' | keyof typeof common>) => {
    const parent = slots[slot]!.path;
    if (listed < most && ledger.hasRoomUnder(parent) && ledger.add({ parent, ...candidate, ...common }) !== null) listed++;
  };
  let next = 0;
  const addForbidden = (least: number) => {
    for (; next < forbidden.length && forbidden[next]!.sum >= least; next++) {
      const { slot, token, logProbability, reason } = forbidden[next]!;
      add(slot, { token, logProbability, reason, missedBy: null, rank: null });
    }
  };
  for (let place = 0; place < pool.candidates.length && listed < most; place++) {
    const candidate = pool.candidates[place]!;
    if (candidate.fate !== 'pruned' || candidate.isFrozen) continue;
    const { slot, token, reason, missedBy, sum } = candidate;
    addForbidden(sum);
    add(slot, { token, logProbability: pool.logProbabilityOf(candidate), reason, missedBy, rank: ranks[place]! });
  }
  addForbidden(Number.NEGATIVE_INFINITY);
  return listed;
}

function displace({ listed }: Path, { missedBy }: BeamCandidate, moment: number): void {
  if (listed === null) return;
  listed.fate = 'pruned';
  listed.reason = 'displaced';
  listed.missedBy = missedBy;
  listed.decided = moment;
}
