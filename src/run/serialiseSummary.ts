import type { RunSummary } from './runSummary.ts';

/** The text of summary.json: readable, non-finite numbers as words. */
export function serialiseSummary(summary: RunSummary): string {
  const words = (_key: string, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);
  return `${JSON.stringify(summary, words, 2)}\n`;
}
