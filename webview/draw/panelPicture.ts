import { formatPlain } from './formatNumber.ts';
import { type Axis, linearAxis, logAxis } from './niceAxis.ts';
import type { PanelLine, TheoryPanel } from './theoryPanels.ts';

/** Pixels around the lines of a panel: numbers left, names right, axis below. */
const room = { left: 44, right: 62, top: 8, bottom: 32 };

/** A panel in pixels. */
export interface PanelPicture {
  width: number;
  height: number;
  area: { left: number; right: number; top: number; bottom: number };
  xTicks: { at: number; text: string }[];
  yTicks: { at: number; text: string }[];
  lines: { line: PanelLine; path: string; dots: { x: number; y: number; text: string }[]; end: { x: number; y: number } | null }[];
  mark: { x: number; label: string } | null;
}

/** Where everything of a panel stands when it is this large. */
export function panelPicture(panel: TheoryPanel, width: number, height: number): PanelPicture {
  const area = { left: room.left, right: width - room.right, top: room.top, bottom: height - room.bottom };
  const points = panel.lines.flatMap((line) => line.points).filter(({ y }) => Number.isFinite(y) && !(panel.isLog && y <= 0));
  const y = panel.isLog ? logAxis(least(points.map((p) => p.y)), greatest(points.map((p) => p.y))) : axisOf(points.map((p) => p.y));
  const isCounted = panel.lines.every((line) => line.isDotted);
  const [first, last] = isCounted ? [0.5, greatest(points.map((p) => p.x)) + 0.5] : [0, Math.max(1e-9, greatest(points.map((p) => p.x)))];
  const xOf = (x: number): number => area.left + ((x - first) / (last - first)) * (area.right - area.left);
  const yOf = (value: number): number => {
    const share = panel.isLog ? Math.log(value / y.min) / Math.log(y.max / y.min) : (value - y.min) / (y.max - y.min);
    return area.bottom - share * (area.bottom - area.top);
  };
  const place = { xOf, yOf, isLog: panel.isLog };
  return {
    width,
    height,
    area,
    xTicks: xTicks(first, last, isCounted).map((x) => ({ at: xOf(x), text: formatPlain(x) })),
    yTicks: yTicks(y, panel.isLog).map((value) => ({ at: yOf(value), text: formatPlain(value) })),
    lines: panel.lines.map((line) => ({ line, ...drawn(line, place) })),
    mark: panel.mark && panel.mark.x >= first && panel.mark.x <= last ? { x: xOf(panel.mark.x), label: panel.mark.label } : null,
  };
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

function xTicks(first: number, last: number, isCounted: boolean): number[] {
  const axis = linearAxis(0, Math.max(last, 1e-9));
  const tick = isCounted ? Math.max(1, axis.tick) : axis.tick;
  const ticks = isCounted ? [1] : [0];
  for (let x = tick; x <= last * (1 + 1e-9); x += tick) if (x > first && x !== 1) ticks.push(Number(x.toPrecision(12)));
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

function drawn(line: PanelLine, { xOf, yOf, isLog }: { xOf(x: number): number; yOf(y: number): number; isLog: boolean }) {
  let path = '';
  let isOpen = false;
  const dots: { x: number; y: number; text: string }[] = [];
  let end: { x: number; y: number } | null = null;
  for (const point of line.points) {
    if (!Number.isFinite(point.y) || (isLog && point.y <= 0)) {
      isOpen = false;
      continue;
    }
    const [x, y] = [xOf(point.x), yOf(point.y)];
    path += `${isOpen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isOpen = true;
    end = { x, y };
    dots.push({ x, y, text: `${line.label} ${formatPlain(point.x)}: ${formatPlain(point.y)}`.trim() });
  }
  return { path, dots, end };
}
