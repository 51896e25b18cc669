import { formatPlain } from './formatNumber.ts';
import { type Axis, linearAxis, logAxis } from './niceAxis.ts';
import type { Panel, PanelLine } from './panel.ts';

/** Pixels around the lines of a panel: numbers left, axis below; names of lines right, as long as they are. */
const room = { left: 44, top: 8, bottom: 32, letter: 6.2, least: 36, most: 104 };

/** A place in pixels, and the number there in words. */
export interface PanelDot {
  x: number;
  y: number;
  text: string;
  /** Ends of its interval. */
  low: number | null;
  high: number | null;
}

/** A line in pixels. */
export interface DrawnLine {
  line: PanelLine;
  path: string;
  /** Outline of its intervals; empty where it has none. */
  band: string;
  dots: PanelDot[];
  end: { x: number; y: number } | null;
}

/** A panel in pixels. */
export interface PanelPicture {
  width: number;
  height: number;
  area: { left: number; right: number; top: number; bottom: number };
  xTicks: { at: number; text: string }[];
  yTicks: { at: number; text: string }[];
  /** Where 0 lies, when it lies inside and not at the bottom. */
  zero: number | null;
  lines: DrawnLine[];
  mark: { x: number; label: string } | null;
}

interface Scales {
  x: { first: number; last: number };
  y: Axis;
  isLog: boolean;
  xOf(x: number): number;
  yOf(y: number): number;
}

/** Where everything of a panel stands when it is this large. */
export function panelPicture(panel: Panel, width: number, height: number): PanelPicture {
  const longest = Math.max(0, ...panel.lines.map(({ label }) => label.length));
  const right = Math.min(room.most, Math.max(room.least, 14 + room.letter * longest));
  const area = { left: room.left, right: width - right, top: room.top, bottom: height - room.bottom };
  const scales = scalesOf(panel, area);
  const { x, y, xOf, yOf } = scales;
  const isInside = panel.mark && panel.mark.x >= x.first && panel.mark.x <= x.last;
  return {
    width,
    height,
    area,
    xTicks: xTicks(panel, scales).map((value) => ({ at: xOf(value), text: tickText(value) })),
    yTicks: yTicks(y, panel.isLog).map((value) => ({ at: yOf(value), text: tickText(value) })),
    zero: !panel.isLog && y.min < 0 ? yOf(0) : null,
    lines: panel.lines.map((line) => drawn(line, scales)),
    mark: isInside ? { x: xOf(panel.mark!.x), label: panel.mark!.label } : null,
  };
}

/** Round numbers, short where they are small or large: 1e−6. */
const tickText = (value: number): string =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? value.toExponential(0).replace('e+', 'e').replaceAll('-', '−')
    : formatPlain(value);

function scalesOf(panel: Panel, area: PanelPicture['area']): Scales {
  const { isLog } = panel;
  const points = panel.lines.flatMap((line) => line.points).filter(({ y }) => Number.isFinite(y) && !(isLog && y <= 0));
  const heights = points.flatMap(({ y, low = y, high = y }) => [y, low, high]).filter(Number.isFinite);
  const y = isLog ? logAxis(least(heights), greatest(heights)) : axisOf(heights);
  const x = rangeOfX(
    panel,
    points.map((point) => point.x),
  );
  const share = (value: number, low: number, high: number, isLogarithmic: boolean): number =>
    isLogarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return {
    x,
    y,
    isLog,
    xOf: (value) => area.left + share(value, x.first, x.last, panel.places !== undefined) * (area.right - area.left),
    yOf: (value) => area.bottom - share(value, y.min, y.max, isLog) * (area.bottom - area.top),
  };
}

/** From the first to the last number; half a number more at both sides where each stands for itself. */
function rangeOfX({ lines, places }: Panel, xs: readonly number[]): { first: number; last: number } {
  const last = greatest(xs);
  if (places) return { first: least(xs) / 1.25, last: last * 1.25 };
  return lines.every((line) => line.isDotted) ? { first: 0.5, last: last + 0.5 } : { first: 0, last: Math.max(1e-9, last) };
}

// lists may be long: no spreading into Math.max
const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

/** From 0 up; what lies below it by no more than a line is thick does not open a stretch of its own. */
function axisOf(values: readonly number[]): Axis {
  const high = Math.max(greatest(values), 1e-9);
  const low = least(values);
  return linearAxis(low < -0.03 * high ? low : 0, high);
}

function xTicks({ lines, places }: Panel, { x }: Scales): readonly number[] {
  if (places) return places.filter((place) => place >= x.first && place <= x.last);
  const isCounted = lines.every((line) => line.isDotted);
  const axis = linearAxis(0, Math.max(x.last, 1e-9));
  const tick = isCounted ? Math.max(1, axis.tick) : axis.tick;
  const ticks = isCounted ? [1] : [0];
  for (let at = tick; at <= x.last * (1 + 1e-9); at += tick) if (at > x.first && at !== 1) ticks.push(Number(at.toPrecision(12)));
  return ticks;
}

function yTicks(axis: Axis, isLog: boolean): number[] {
  if (isLog) return logTicks(axis);
  const ticks: number[] = [];
  const stride = Math.ceil((axis.max - axis.min) / axis.tick / 5);
  for (let i = 0; axis.min + i * axis.tick <= axis.max + axis.tick / 2; i += stride)
    ticks.push(Number((axis.min + i * axis.tick).toPrecision(12)));
  return ticks;
}

/** Powers of ten, every so many; 1, 2 and 5 times them where there are hardly any. */
function logTicks({ min, max }: Axis): number[] {
  const decades = Math.log10(max / min);
  const stride = Math.max(1, Math.ceil(decades / 4));
  const named = decades < 2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min) + 1e-9); 10 ** power <= max; power += stride)
    for (const times of named) {
      const value = Number((times * 10 ** power).toPrecision(12));
      if (value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9)) ticks.push(value);
    }
  return ticks;
}

function drawn(line: PanelLine, { xOf, yOf, isLog }: Scales): DrawnLine {
  let path = '';
  let isOpen = false;
  const dots: PanelDot[] = [];
  for (const point of line.points) {
    if (!Number.isFinite(point.y) || (isLog && point.y <= 0)) {
      isOpen = false;
      continue;
    }
    const [x, y] = [xOf(point.x), yOf(point.y)];
    path += `${isOpen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isOpen = true;
    const interval = point.low === undefined || point.high === undefined ? null : [point.low, point.high];
    const words = interval ? ` (${formatPlain(interval[0]!)} to ${formatPlain(interval[1]!)})` : '';
    const text = `${line.label} ${formatPlain(point.x)}: ${formatPlain(point.y)}${words}`.trim();
    dots.push({ x, y, text, low: interval && yOf(interval[0]!), high: interval && yOf(interval[1]!) });
  }
  return { line, path, band: bandOf(dots), dots, end: dots.at(-1) ?? null };
}

/** There along the upper ends of the intervals and back along the lower ones. */
function bandOf(dots: readonly PanelDot[]): string {
  const whole = dots.filter(({ low, high }) => low !== null && high !== null);
  if (whole.length < 2) return '';
  const corners = [...whole.map(({ x, high }) => [x, high!]), ...whole.toReversed().map(({ x, low }) => [x, low!])];
  return `M${corners.map(([x, y]) => `${x!.toFixed(1)} ${y!.toFixed(1)}`).join('L')}Z`;
}
