import type { RunStatus, RunSummary } from '../run/runSummary.ts';
import type { RunExit } from './exitFile.ts';
import { HEARTBEAT_LIMIT_MS, type RunLife } from './runLock.ts';

/** A run's folder without lock may be this old before it counts as never started. */
const START_MS = 10_000;

/** What is known of a run that does not say of itself that it has ended. */
export interface RunSigns {
  summary: RunSummary | null;
  life: RunLife;
  exit: RunExit | null;
  /** Milliseconds since the folder last gave a sign. */
  quietMs: number;
}

/** The status of a run that does not say of itself that it has ended, from its signs of life. */
export function correctStatus(signs: RunSigns): { status: RunStatus; reason: string | null } {
  const { summary, life, exit, quietMs } = signs;
  // one that waited and was taken out of the queue is about to start
  const said = summary === null || summary.status === 'queued' ? 'starting' : summary.status;
  const reason = summary?.reason ?? null;
  if (life === 'alive') return { status: said === 'interrupted' || said === 'unreachable' ? 'running' : said, reason };
  if (exit) return { status: 'failed', reason: reasonOf(exit) };
  if (life === 'unknown') return { status: 'unreachable', reason: 'no sign of life for a minute from the machine that trains it' };
  // never locked: a run about to start, or one written by another program that keeps no lock
  if (life === 'none' && quietMs <= (summary ? HEARTBEAT_LIMIT_MS : START_MS)) return { status: said, reason };
  return { status: 'interrupted', reason };
}

/** Lines at the end of a log that are no reason: where it happened, Node's signature, the parent's own word. */
const NO_REASON = /^\s+at |^Node\.js v|^The trainer (was )?ended |^\s*[\^{}]*\s*$/;

/** How a process ended, in one line: the signal, else the error it died of, else the last thing it said. */
function reasonOf(exit: RunExit): string {
  if (exit.signal) return `killed by ${exit.signal}`;
  const said = exit.lastLines.filter((line) => !NO_REASON.test(line));
  const error = said.findLast((line) => /^(Uncaught )?\w*Error\b.*: /.test(line));
  return error ?? said.at(-1) ?? `the trainer ended with code ${exit.code ?? 'unknown'} and without a word`;
}
