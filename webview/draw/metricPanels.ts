import type { RunStore } from '../state/runStore.ts';
import { bestPoint } from './bestPoint.ts';
import { formatEpoch, formatNumber } from './formatNumber.ts';
import { metricFacts } from './metricFacts.ts';
import type { Panel, PanelLine } from './panel.ts';
import { smoothCurve } from './smoothCurve.ts';

/** Min/max pairs of one small chart: more than it has columns of pixels. */
const pairs = 240;

/** Metrics of the run that a text finds in their names or in what is said of them, as they stand in the run. */
export function findMetrics(store: RunStore, text: string): string[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return [...store.curves.keys()].filter((name) => {
    const { alone } = metricFacts(name);
    const where = `${name} ${alone}`.toLowerCase();
    return words.every((word) => where.includes(word));
  });
}

/** One small chart a metric, over epochs: its course, what it is now and when it was best; those that the run does not have are left out. */
export function metricPanels(store: RunStore): Panel[] {
  const { metrics, smoothing, head } = store.view;
  return metrics.flatMap((name) => {
    const curve = store.curves.get(name);
    if (!curve) return [];
    const { alone, definition } = metricFacts(name);
    const perStep = store.epochsPerStep;
    const raw = pointsOf(curve.between(0, curve.lastStep, pairs), perStep);
    const lines: PanelLine[] = [{ label: '', points: raw, kind: smoothing > 0 ? 'beside' : 'learned', isDotted: false }];
    if (smoothing > 0) lines.push({ label: '', points: smoothedPoints(store, name), kind: 'learned', isDotted: false });
    const panel: Panel = {
      id: `metric-${name}`,
      title: alone,
      definition: `${name}: ${definition}`,
      sentence: sentenceOf(store, name),
      xLabel: 'epoch',
      lines,
      isLog: false,
      mark: head === null ? null : { x: head * perStep, label: '' },
    };
    return [panel];
  });
}

function smoothedPoints(store: RunStore, name: string): PanelLine['points'] {
  const curve = store.curves.get(name)!;
  const values = smoothCurve(curve, store.view.smoothing);
  const every = Math.max(1, Math.ceil(curve.held / (2 * pairs)));
  return Array.from(values, (y, i) => ({ x: curve.steps[i]! * store.epochsPerStep, y })).filter(
    (_, i) => i % every === 0 || i === values.length - 1,
  );
}

function sentenceOf(store: RunStore, name: string): string {
  const curve = store.curves.get(name)!;
  const value = curve.valueAt(store.headStep);
  const best = bestPoint(name, curve);
  const at = store.view.head === null ? 'Now' : `At epoch ${formatEpoch(Number((store.headStep * store.epochsPerStep).toFixed(2)))}`;
  const now = value === null ? 'nothing yet' : formatNumber(value, 4);
  if (best === null) return `${at} ${now}.`;
  return `${at} ${now}; best ${formatNumber(best.value, 4)} at epoch ${formatEpoch(Number((best.step * store.epochsPerStep).toFixed(2)))}.`;
}

function pointsOf(samples: Float64Array, perStep: number): PanelLine['points'] {
  return Array.from({ length: samples.length / 2 }, (_, i) => ({ x: samples[2 * i]! * perStep, y: samples[2 * i + 1]! }));
}
