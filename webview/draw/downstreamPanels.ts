import type { RunView } from '../../src/protocol/page.ts';
import { type ArmDifference, type DownstreamSummary, summariseDownstream } from '../../src/run/downstreamSummary.ts';
import { describeDifference } from '../../src/run/downstreamWords.ts';
import type { Panel, PanelLine } from './panel.ts';

type Downstream = NonNullable<RunView['downstream']>;
type Arm = Downstream['arms'][number];

/** Number of an arm's colour and shape: the same in every panel and run. */
const seriesOf: Record<Arm, number> = { raw: 9, pca: 4, scratch: 1, frozen: 0, fineTune: 2 };

const losses = [
  ['crossEntropy', 'Cross-entropy', 'mean of -ln of the probability that the head gives to the true class'],
  ['squared', 'Squared error', 'mean of |scores - one-hot class|²'],
  ['hinge', 'Hinge loss', 'mean of how far the best wrong class comes within a margin of 1 of the true one'],
] as const;

/** The comparison as small charts: accuracy, what it is the opposite of in three losses, paired differences. */
export function downstreamPanels(downstream: Downstream): Panel[] {
  const summary = summariseDownstream(downstream);
  if (summary.points.length === 0) return [];
  const found = [accuracyPanel(downstream, summary), differencePanel(downstream, summary), ...lossPanels(downstream, summary)];
  // a saved drawing must say so by itself
  const mark = downstream.transductive ? ' (transductive)' : '';
  return found.flatMap((panel) => (panel === null ? [] : [{ ...panel, title: `${panel.title}${mark}` }]));
}

function estimateLine(arm: Arm, points: PanelLine['points']): PanelLine {
  return { label: arm, points, kind: 'learned', isDotted: false, series: seriesOf[arm] };
}

function accuracyPanel({ arms, labels, testRows }: Downstream, { points, done, total }: DownstreamSummary): Panel {
  const lines = arms.map((arm) =>
    estimateLine(
      arm,
      points
        .filter((point) => point.arm === arm)
        .map(({ labels, accuracy: { mean, half } }) => ({
          x: labels,
          y: mean,
          ...(half !== null && { low: mean - half, high: mean + half }),
        })),
    ),
  );
  const best = points.filter(({ labels }) => labels === points[0]!.labels).reduce((a, b) => (b.accuracy.mean > a.accuracy.mean ? b : a));
  const progress = done < total ? ` ${done} of ${total} fits so far.` : '';
  return {
    id: 'accuracy',
    title: 'Accuracy',
    definition: `share of the ${testRows} test rows that are named right, against the number of labels that a classifier learned from; mean and 95 % interval over draws of the labelled rows`,
    sentence: `With ${best.labels} labels ${best.arm} is best: ${(100 * best.accuracy.mean).toFixed(1)} % right.${progress}`,
    xLabel: 'labels',
    lines: lines.filter((line) => line.points.length > 0),
    isLog: false,
    places: labels,
    mark: null,
  };
}

function differencePanel({ labels: places }: Downstream, { differences }: DownstreamSummary): Panel | null {
  if (differences.length === 0) return null;
  const pairs = [...new Map(differences.map((one) => [one.arms.join(' − '), one.arms])).keys()];
  const lines = pairs.map((pair, i): PanelLine => {
    const own = differences.filter(({ arms }) => arms.join(' − ') === pair);
    // whiskers of the same budget stand side by side
    const shift = 1.09 ** (i - (pairs.length - 1) / 2);
    const points = own.map(({ labels, difference: { mean, half } }) => ({
      x: labels * shift,
      y: mean,
      ...(half !== null && { low: mean - half, high: mean + half }),
    }));
    return {
      label: pair.replace('fineTune', 'fine').replace('scratch', 'scr.'),
      points,
      kind: 'learned',
      isDotted: true,
      series: [2, 0, 1, 4, 9][i],
    };
  });
  return {
    id: 'differences',
    title: 'Paired differences',
    definition:
      'accuracy of one arm minus that of another on the same labelled rows, mean and 95 % interval over draws: an interval that does not cross 0 is more than noise',
    sentence: sayDifferences(differences),
    xLabel: 'labels',
    lines,
    isLog: false,
    places,
    mark: null,
  };
}

function sayDifferences(differences: readonly ArmDifference[]): string {
  const clear = differences.filter(({ exceedsNoise }) => exceedsNoise);
  if (differences.every(({ difference }) => difference.half === null)) return 'One draw does not tell the noise.';
  if (clear.length === 0) return 'No difference exceeds the noise.';
  const largest = clear.reduce((a, b) => (Math.abs(b.difference.mean) > Math.abs(a.difference.mean) ? b : a));
  return `${clear.length} of ${differences.length} differences exceed the noise, the largest ${largest.arms.join(' − ')} with ${largest.labels} labels: ${describeDifference(largest)}.`;
}

function lossPanels({ arms, labels: places, head }: Downstream, { points }: DownstreamSummary): Panel[] {
  return losses.map(([kind, title, definition]) => ({
    id: kind,
    title: kind === head.loss ? `${title} (what the heads minimise)` : title,
    definition: `${definition}, over the test rows; accuracy itself has no slope to descend on`,
    sentence: sayLoss(points, kind),
    xLabel: 'labels',
    lines: arms
      .map((arm) =>
        estimateLine(
          arm,
          points.filter((point) => point.arm === arm).map(({ labels, losses: found }) => ({ x: labels, y: found[kind].mean })),
        ),
      )
      .filter((line) => line.points.length > 0),
    // scores of a head that minimises another loss may be anything
    isLog: true,
    places,
    mark: null,
  }));
}

/** Whether the arm with the least loss is the one with the best accuracy. */
function sayLoss(points: DownstreamSummary['points'], kind: (typeof losses)[number][0]): string {
  const most = Math.max(...points.map(({ labels }) => labels));
  const last = points.filter(({ labels }) => labels === most);
  const least = last.reduce((a, b) => (b.losses[kind].mean < a.losses[kind].mean ? b : a));
  const best = last.reduce((a, b) => (b.accuracy.mean > a.accuracy.mean ? b : a));
  const start = `With ${most} labels ${least.arm} has the least`;
  return least.arm === best.arm ? `${start}, and the best accuracy.` : `${start}; the best accuracy has ${best.arm}.`;
}
