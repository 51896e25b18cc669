import { confirmedClaims } from './describeClaim.ts';
import { formatAge, formatClock, formatFigure } from './format.ts';
import { mainMetric } from './mainMetric.ts';
import type { RunSummary } from './runSummary.ts';

/** Where a run stands: "epoch 31/50", or "step 310/1000" where it does not end with an epoch. */
export function describePosition(at: { step: number; epoch: number; totalSteps: number; totalEpochs: number }): string {
  const isByEpochs = at.totalEpochs > 0 && Number.isInteger(at.totalEpochs);
  return isByEpochs ? `epoch ${Math.floor(at.epoch + 1e-9)}/${at.totalEpochs}` : `step ${at.step}/${at.totalSteps}`;
}

/**
 * The tree's description of a run: `epoch 31/50 · 1.62 · 0:02 left` while it trains, `1.58 · 2 of 3 confirmed · 2 m ago` after.
 * @param summary its status corrected by lock and exit.json
 * @param nowMs milliseconds since 1970
 */
export function describeRun(summary: RunSummary, nowMs: number): string {
  const main = mainMetric(summary.metrics);
  const figure = main ? formatFigure(main.value) : null;
  const ago = formatAge(nowMs - (summary.endedMs ?? summary.updatedMs));
  const position = describePosition(summary);
  switch (summary.status) {
    case 'queued':
      return 'waits for its turn';
    case 'starting':
      return 'starting';
    case 'running':
      return joined(position, figure, timeLeft(summary));
    case 'paused':
      return joined('paused', position, figure);
    case 'finished':
      return joined(figure ?? 'finished', confirmedClaims(summary.claims), ago);
    case 'stopped':
      return joined(`stopped at ${position}`, figure, ago);
    case 'failed':
      return joined(summary.step > 0 ? `failed at ${position}` : 'failed', ago);
    case 'interrupted':
      return joined(`interrupted at ${position}`, figure, ago);
    case 'unreachable':
      return joined(`no sign of life at ${position}`, figure, ago);
  }
}

/** From the mean pace since the start: a summary has no other. */
function timeLeft(summary: RunSummary): string | null {
  if (summary.step === 0 || summary.seconds === 0) return null;
  const seconds = (summary.seconds / summary.step) * (summary.totalSteps - summary.step);
  return seconds >= 0 ? `${formatClock(seconds)} left` : null;
}

function joined(...parts: (string | null)[]): string {
  return parts.filter((part) => part !== null).join(' · ');
}
