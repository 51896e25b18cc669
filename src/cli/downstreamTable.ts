import type { RunDownstream } from '../run/downstreamState.ts';
import { summariseDownstream } from '../run/downstreamSummary.ts';
import { describeEstimate, downstreamSentences } from '../run/downstreamWords.ts';
import { type painter, safeText, table } from './terminal.ts';

/** Accuracy of each arm by budget, and what it says, for the terminal. */
export function downstreamTable(downstream: RunDownstream, paint: ReturnType<typeof painter>): string {
  const { points } = summariseDownstream(downstream);
  const budgets = [...new Set(points.map(({ labels }) => labels))];
  const rows = budgets.map((labels) => [
    String(labels),
    ...downstream.arms.map((arm) => {
      const point = points.find((one) => one.arm === arm && one.labels === labels);
      return point === undefined ? '' : describeEstimate(point.accuracy);
    }),
  ]);
  const sentences = downstreamSentences(downstream).map((sentence) => safeText(sentence, 400));
  return [...(rows.length > 0 ? [table([['labels', ...downstream.arms], ...rows], paint)] : []), ...sentences].join('\n');
}
