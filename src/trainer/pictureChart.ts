import { formatFigure } from '../run/format.ts';

/** One line of the picture's loss chart. */
export interface PictureCurve {
  name: string;
  steps: ArrayLike<number>;
  values: ArrayLike<number>;
  style: 'bold' | 'thin' | 'dashed';
}

/** A number that curves are read against. */
export interface PictureRule {
  name: string;
  value: number;
}

const WIDTH = 640;
const HEIGHT = 400;
const MARGIN = { left: 56, right: 150, top: 16, bottom: 36 };

/** Text as SVG and HTML can hold it: what files say is data, never markup. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Round values that cut [low, high] into about `wanted` stretches (1, 2 or 5 times a power of ten). */
export function niceTicks(low: number, high: number, wanted = 5): number[] {
  const rough = (high - low) / wanted;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].find((u) => u * power >= rough)! * power;
  const ticks: number[] = [];
  for (let t = Math.ceil(low / unit) * unit; t <= high + unit * 1e-9; t += unit) ticks.push(Number(t.toPrecision(12)));
  return ticks;
}

/**
 * Draws loss curves as one SVG, each labelled at its end, and rules for what they are read against.
 * @param curves finite points only are drawn
 * @param rules finite values: where theory puts the loss, what counting reaches
 */
export function pictureChart(curves: readonly PictureCurve[], rules: readonly PictureRule[]): string {
  const finite = curves.flatMap((c) => Array.from(c.values).filter(Number.isFinite));
  if (finite.length === 0) return '<p>No loss was logged.</p>';
  const lastStep = Math.max(1, ...curves.map((c) => c.steps[c.steps.length - 1] ?? 0));
  const shown = [...finite, ...rules.map((rule) => rule.value)];
  const [least, most] = [smallest(shown), -smallest(shown.map((value) => -value))];
  // from 0 where that costs little room
  const low = least > 0.4 * most ? least - 0.05 * (most - least || most) : Math.min(0, least);
  const high = most * 1.02 || 1;
  const x = (step: number) => MARGIN.left + (step / lastStep) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) => HEIGHT - MARGIN.bottom - ((value - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const right = WIDTH - MARGIN.right;
  const grid = niceTicks(low, high)
    .map(
      (t) =>
        `<line class="grid" x1="${MARGIN.left}" x2="${right}" y1="${y(t)}" y2="${y(t)}"/><text class="tick" x="${MARGIN.left - 8}" y="${y(t) + 4}" text-anchor="end">${formatFigure(t)}</text>`,
    )
    .join('');
  const below = niceTicks(0, lastStep)
    .map((t) => `<text class="tick" x="${x(t)}" y="${HEIGHT - 14}" text-anchor="middle">${t}</text>`)
    .join('');
  const rule = rules
    .map(({ value }) => `<line class="rule" x1="${MARGIN.left}" x2="${right}" y1="${y(value)}" y2="${y(value)}"/>`)
    .join('');
  const ends = [
    ...curves.map((c) => ({ name: c.name, at: y(lastFinite(c.values)) })),
    ...rules.map(({ name, value }) => ({ name: `${name} ${formatFigure(value)}`, at: y(value) })),
  ];
  const labels = spread(ends, 15)
    .map((end) => `<text class="label" x="${right + 8}" y="${end.at + 4}">${escapeText(end.name)}</text>`)
    .join('');
  const lines = curves.map((c) => `<path class="${c.style}" d="${path(c, x, y)}"/>`).join('');
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Loss by step">${grid}${below}${rule}${lines}${labels}<text class="tick" x="${right}" y="${HEIGHT - 2}" text-anchor="end">step</text></svg>`;
}

// lists may be long: no spreading into Math.min
const smallest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

function path(curve: PictureCurve, x: (step: number) => number, y: (value: number) => number): string {
  let d = '';
  let pen = 'M';
  for (let i = 0; i < curve.steps.length; i++) {
    const value = curve.values[i]!;
    if (!Number.isFinite(value)) {
      pen = 'M';
      continue;
    }
    d += `${pen}${x(curve.steps[i]!).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = 'L';
  }
  return d;
}

function lastFinite(values: ArrayLike<number>): number {
  for (let i = values.length - 1; i >= 0; i--) if (Number.isFinite(values[i])) return values[i]!;
  return 0;
}

/** Moves labels apart, downwards, until none covers another. */
function spread<T extends { at: number }>(labels: T[], gap: number): T[] {
  const sorted = [...labels].sort((a, b) => a.at - b.at);
  for (let i = 1; i < sorted.length; i++) sorted[i]!.at = Math.max(sorted[i]!.at, sorted[i - 1]!.at + gap);
  return sorted;
}
