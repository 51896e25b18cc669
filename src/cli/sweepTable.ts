import { formatFigure } from '../run/format.ts';
import type { TrialResult } from '../trainer/runSweep.ts';
import { type painter, safeText, table } from './terminal.ts';

/** The trials of a sweep, best first: their runs, what each set, and the metric that orders them. */
export function sweepTable(results: readonly TrialResult[], by: string, paint: ReturnType<typeof painter>): string {
  const paths = Object.keys(results[0]?.settings ?? {});
  const text = (value: unknown) => safeText(typeof value === 'string' ? value : JSON.stringify(value), 30);
  const rows = results.map(({ number, run, status, settings, metrics, seconds }, i) => [
    metrics[by] === undefined ? '' : String(i + 1),
    String(number),
    run ?? '',
    status,
    ...paths.map((path) => text(settings[path])),
    metrics[by] === undefined ? '' : formatFigure(metrics[by]),
    formatFigure(seconds),
  ]);
  return table(
    [['rank', 'trial', 'run', 'status', ...paths.map((path) => safeText(path, 40)), safeText(by, 40), 'seconds'], ...rows],
    paint,
  );
}

/** The mean of each combination over its seeds: "latent 8: 1.58 ± 0.02 (3 seeds)", best first; nothing where no seed was varied. */
export function seedLines(results: readonly TrialResult[], by: string, words: (settings: Record<string, unknown>) => string): string[] {
  const groups = new Map<string, number[]>();
  for (const { settings, metrics, status } of results) {
    // trials that were trained for different times do not compare
    if (!('seed' in settings) || status !== 'finished' || !Number.isFinite(metrics[by])) continue;
    const { seed: _, ...others } = settings;
    const key = words(others);
    groups.set(key, [...(groups.get(key) ?? []), metrics[by]!]);
  }
  return [...groups]
    .filter(([, values]) => values.length > 1)
    .map(([key, values]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
      return `${key === '' ? by : safeText(key, 80)}: ${formatFigure(mean)} ± ${formatFigure(deviation)} (${values.length} seeds)`;
    });
}
