import type { Chart, ChartArea } from 'chart.js';
import { formatNumber } from './formatNumber.ts';
import type { LossPicture } from './lossChart.ts';

const lineHeight = 14;
const narrow = 480;

/** Room right of the lines for their values and names, in pixels; a narrow chart has the values alone. Does not change with the values. */
export function labelRoom(chart: Chart<'line', { x: number; y: number }[]>, { lines, colours }: LossPicture): number {
  if (chart.width < narrow) return 48;
  chart.ctx.font = `600 11px ${colours.font}`;
  const widths = lines.map((line) => chart.ctx.measureText(`0.000 ${line.label}`).width);
  return Math.min(0.4 * chart.width, Math.ceil(24 + Math.max(40, ...widths)));
}

/** Horizontal rules with their names: what the curves are to be read against. */
export function drawRules(chart: Chart<'line', { x: number; y: number }[]>, { rules, colours }: LossPicture): void {
  const { ctx, chartArea, scales } = chart;
  ctx.save();
  ctx.font = `11px ${colours.font}`;
  ctx.lineJoin = 'round';
  const named: NamedRule[] = [];
  for (const rule of rules) {
    const y = Math.round(scales.y!.getPixelForValue(rule.value)) + 0.5;
    if (!(y >= chartArea.top && y <= chartArea.bottom + 1)) continue;
    ctx.strokeStyle = colours.rule;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(chartArea.left, y);
    ctx.lineTo(chartArea.right, y);
    ctx.stroke();
    const words = `${rule.label} ${formatNumber(rule.value)}`;
    const name = placeName({ ...rule, y, words, width: ctx.measureText(words).width }, named, chartArea);
    named.push(name);
    ctx.fillStyle = colours.muted;
    ctx.textBaseline = name.isBelow ? 'top' : 'bottom';
    const place = [name.left, y + (name.isBelow ? 3 : -2), Math.max(1, chartArea.right - name.left)] as const;
    // curves may cross the rule: a rim of paper keeps the words apart from them
    ctx.strokeStyle = colours.background;
    ctx.lineWidth = 3;
    ctx.strokeText(words, ...place);
    ctx.fillText(words, ...place);
  }
  ctx.restore();
}

interface NamedRule {
  y: number;
  left: number;
  width: number;
  isBelow: boolean;
}

interface RuleName {
  y: number;
  words: string;
  width: number;
  isPassed: boolean;
}

/**
 * Where the name of a rule stands. Curves come down to a rule that nothing passes, so there is room below its left end; those that curves
 * pass have it above their right end, far from where they are passed. Names of rules that lie close stand side by side.
 */
function placeName({ y, width, isPassed }: RuleName, named: readonly NamedRule[], area: ChartArea): NamedRule {
  const isBelow = !isPassed && y < area.bottom - lineHeight;
  const close = named.filter((other) => Math.abs(other.y - y) < lineHeight);
  const left = isPassed
    ? Math.min(area.right - 6, ...close.map((other) => other.left - 14)) - width
    : Math.max(area.left + 6, ...close.map((other) => other.left + other.width + 14));
  return { y, width, left: Math.max(area.left + 6, left), isBelow };
}

/** A vertical rule where the head stands. */
export function drawHead(chart: Chart<'line', { x: number; y: number }[]>, { head, colours }: LossPicture): void {
  if (head === null) return;
  const { ctx, chartArea, scales } = chart;
  const x = Math.round(scales.x!.getPixelForValue(head)) + 0.5;
  if (x < chartArea.left || x > chartArea.right) return;
  ctx.save();
  ctx.strokeStyle = colours.foreground;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, chartArea.top);
  ctx.lineTo(x, chartArea.bottom);
  ctx.stroke();
  ctx.restore();
}

/** A ring around the best point, with its value where that is not the last one and stands at the end already. */
export function drawBest(chart: Chart<'line', { x: number; y: number }[]>, { best, colours }: LossPicture): void {
  if (best === null) return;
  const { ctx, chartArea, scales } = chart;
  const [x, y] = [scales.x!.getPixelForValue(best.x), scales.y!.getPixelForValue(best.y)];
  if (x < chartArea.left || x > chartArea.right + 1 || y < chartArea.top || y > chartArea.bottom + 1) return;
  ctx.save();
  ctx.strokeStyle = colours.live;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.arc(x, y, 4.5, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.font = `11px ${colours.font}`;
  ctx.textBaseline = y + 24 < chartArea.bottom ? 'top' : 'bottom';
  ctx.textAlign = x > (chartArea.left + chartArea.right) / 2 ? 'right' : 'left';
  const at = [x, y + (ctx.textBaseline === 'top' ? 8 : -8)] as const;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = colours.background;
  ctx.lineWidth = 3;
  ctx.strokeText(best.label, ...at);
  ctx.fillStyle = colours.foreground;
  ctx.fillText(best.label, ...at);
  ctx.restore();
}

interface EndLabel {
  y: number;
  text: string;
  colour: string;
  width: number;
  dash: number[];
}

/** Names and newest values at the line ends, moved apart where they would overlap; thin ones give way first. */
export function drawEndLabels(chart: Chart<'line', { x: number; y: number }[]>, { lines, colours }: LossPicture): void {
  const { ctx, chartArea, scales } = chart;
  const labels: EndLabel[] = [];
  for (const line of lines) {
    if (line.isRaw) continue;
    const end = line.points.findLast((point) => Number.isFinite(point.y));
    if (!end) continue;
    const y = Math.min(chartArea.bottom, Math.max(chartArea.top, scales.y!.getPixelForValue(end.y)));
    const value = formatNumber(line.last ?? end.y);
    const { colour, width, dash } = line;
    labels.push({ y, text: chart.width < narrow ? value : `${value} ${line.label}`, colour, width, dash });
  }
  const room = Math.floor((chartArea.bottom - chartArea.top) / lineHeight);
  const shown = labels.sort((a, b) => b.width - a.width).slice(0, room);
  spread(shown, chartArea.top + lineHeight / 2, chartArea.bottom - lineHeight / 2);
  ctx.save();
  ctx.textBaseline = 'middle';
  const left = chartArea.right + 6;
  for (const { y, text, colour, width, dash } of shown) {
    ctx.setLineDash(dash.length > 0 ? [3, 2] : []);
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + 9, y);
    ctx.stroke();
    ctx.font = `${width >= 2 ? '600 ' : ''}11px ${colours.font}`;
    ctx.fillStyle = width >= 2 ? colours.foreground : colours.muted;
    ctx.fillText(text, left + 13, y);
  }
  ctx.restore();
}

/** Moves labels apart by at least a line's height, keeping their order and staying between `top` and `bottom`. */
export function spread(labels: { y: number }[], top: number, bottom: number): void {
  labels.sort((a, b) => a.y - b.y);
  let floor = top;
  for (const label of labels) {
    label.y = Math.max(label.y, floor);
    floor = label.y + lineHeight;
  }
  let ceiling = bottom;
  for (const label of labels.toReversed()) {
    label.y = Math.min(label.y, ceiling);
    ceiling = label.y - lineHeight;
  }
}
