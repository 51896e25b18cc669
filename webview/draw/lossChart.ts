import { Chart, type ChartDataset, LinearScale, LineController, LineElement, LogarithmicScale, PointElement } from 'chart.js';
import zoomPlugin from 'chartjs-plugin-zoom';
import { formatEpoch, formatPlain } from './formatNumber.ts';
import { drawBest, drawEndLabels, drawHead, drawRules, labelRoom } from './lossMarks.ts';
import type { Axis } from './niceAxis.ts';
import type { ThemeColours } from './themeColours.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, zoomPlugin);

/** A line of the chart: x in epochs, y in the metric's units. */
export interface LossLine {
  name: string;
  label: string;
  points: { x: number; y: number }[];
  last: number | null;
  colour: string;
  width: number;
  dash: number[];
  /** The points themselves, pale under their smoothed course. */
  isRaw?: boolean;
}

/** All that one drawing of the chart shows. */
export interface LossPicture {
  lines: LossLine[];
  /** Visible range in epochs. */
  from: number;
  to: number;
  /** End of the whole film in epochs. */
  end: number;
  y: Axis;
  isLog: boolean;
  /** What the curves are read against; `isPassed`: a good model goes below it. */
  rules: { value: number; label: string; isPassed: boolean }[];
  /** Where the main curve was best. */
  best: { x: number; y: number; label: string } | null;
  /** Epoch of the head where it stands still, null while live. */
  head: number | null;
  colours: ThemeColours;
}

/** What the chart tells the card. */
export interface LossChartEvents {
  /** The visible range in epochs after a zoom or a pan. */
  ranged(from: number, to: number): void;
  /** The chart was painted with this many finite points. */
  painted(points: number): void;
}

type LinePoint = { x: number; y: number };

/** Corners of lines wider than a hair in one drawing: without a GPU a wide stroke costs 60 times what a hairline does. */
const wideCorners = 2500;

/** Width of each line: the widest keep theirs while the corners last, the others become hairlines. */
function strokeWidths(lines: readonly LossLine[]): number[] {
  const widths = lines.map(({ width }) => Math.min(1, width));
  const widestFirst = lines.map((_, index) => index).sort((a, b) => lines[b]!.width - lines[a]!.width);
  let left = wideCorners;
  for (const index of widestFirst) {
    left -= lines[index]!.points.length;
    if (left >= 0) widths[index] = lines[index]!.width;
  }
  return widths;
}

/** The loss card's chart: chart.js draws the lines, we decide its points, its axes and its labels. */
export class LossChart {
  #chart: Chart<'line', LinePoint[]>;
  #picture: LossPicture | null = null;
  #events: LossChartEvents;

  constructor(canvas: HTMLCanvasElement, events: LossChartEvents) {
    this.#events = events;
    const marks = {
      id: 'lossMarks',
      beforeDatasetsDraw: () => {
        if (this.#picture) drawRules(this.#chart, this.#picture);
      },
      afterDatasetsDraw: () => {
        if (!this.#picture) return;
        drawHead(this.#chart, this.#picture);
        drawBest(this.#chart, this.#picture);
        drawEndLabels(this.#chart, this.#picture);
      },
    };
    this.#chart = new Chart<'line', LinePoint[]>(canvas, {
      type: 'line',
      data: { datasets: [] },
      plugins: [marks],
      options: this.#options(),
    });
  }

  /** Where the lines are, in pixels of the canvas. */
  get area(): { left: number; right: number; top: number; bottom: number } {
    return this.#chart.chartArea ?? { left: 0, right: 0, top: 0, bottom: 0 };
  }

  /** Epoch under a pixel of the canvas. */
  epochAt(pixel: number): number {
    return this.#chart.scales.x?.getValueForPixel(pixel) ?? 0;
  }

  /** Pixel of an epoch. */
  pixelOf(epoch: number): number {
    return this.#chart.scales.x?.getPixelForValue(epoch) ?? 0;
  }

  /** Draws the picture. */
  draw(picture: LossPicture): void {
    this.#picture = picture;
    const chart = this.#chart;
    const widths = strokeWidths(picture.lines);
    chart.data.datasets = picture.lines.map((line, index) => this.#dataset({ ...line, width: widths[index]! }, chart.data.datasets[index]));
    this.#applyAxes(picture);
    chart.update('none');
    this.#events.painted(picture.lines.reduce((sum, line) => sum + line.points.length, 0));
  }

  /** Brings the canvas to the size of its box. */
  resize(): void {
    this.#chart.resize();
  }

  /** Frees the canvas. */
  destroy(): void {
    this.#chart.destroy();
  }

  #dataset(line: LossLine, old: ChartDataset<'line', LinePoint[]> | undefined): ChartDataset<'line', LinePoint[]> {
    return Object.assign(old ?? {}, {
      label: line.label,
      data: line.points,
      borderColor: line.colour,
      borderWidth: line.width,
      borderDash: line.dash,
    });
  }

  #applyAxes(picture: LossPicture): void {
    const { from, to, end, y, isLog, colours } = picture;
    const options = this.#chart.options;
    const font = { family: colours.font, size: 11 };
    const x = options.scales!.x!;
    Object.assign(x, { min: from, max: to });
    Object.assign(options.scales!.y!, { type: isLog ? 'logarithmic' : 'linear', min: y.min, max: y.max });
    Object.assign(options.plugins!.zoom!.limits!, { x: { min: 0, max: end, minRange: end / 10_000 } });
    for (const axis of [x, options.scales!.y!]) {
      axis.grid!.color = colours.grid;
      axis.ticks!.color = colours.muted;
      axis.ticks!.font = font;
      axis.border!.color = colours.border;
    }
    Object.assign((options.scales!.x as { title: object }).title, { color: colours.muted, font });
    Object.assign(options.layout!.padding!, { right: labelRoom(this.#chart, picture) });
  }

  #options(): Chart<'line', LinePoint[]>['options'] {
    const ranged = ({ chart }: { chart: Chart }): void => {
      const { min, max } = chart.scales.x!;
      this.#events.ranged(min, max);
    };
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      parsing: false,
      normalized: true,
      events: [],
      layout: { padding: { right: 132, top: 8 } },
      elements: { point: { radius: 0, hitRadius: 0, hoverRadius: 0 }, line: { tension: 0, borderJoinStyle: 'bevel' } },
      scales: {
        x: {
          type: 'linear',
          title: { display: true, text: 'epoch', align: 'end', padding: 0 },
          grid: { display: false },
          border: {},
          ticks: {
            maxRotation: 0,
            autoSkipPadding: 24,
            includeBounds: false,
            callback: (value) => formatEpoch(Number(Number(value).toPrecision(6))),
          },
        },
        y: {
          type: 'linear',
          grid: {},
          border: { display: false },
          afterFit: (scale) => {
            scale.width = 52;
          },
          ticks: { maxTicksLimit: 7, autoSkipPadding: 12, callback: (value) => this.#tickLabel(Number(value)) },
        },
      },
      plugins: {
        zoom: {
          limits: { x: { min: 0, max: 1 } },
          pan: { enabled: true, mode: 'x', threshold: 4, onPan: ranged },
          zoom: { wheel: { enabled: true, speed: 0.15 }, pinch: { enabled: true }, mode: 'x', onZoom: ranged },
        },
      },
    };
  }

  /** On a log axis only 1, 2 and 5 are named, over many decades only 1. */
  #tickLabel(value: number): string | null {
    if (!this.#picture?.isLog) return formatPlain(value);
    const { min, max } = this.#picture.y;
    const mantissa = Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
    const named = max / min > 200 ? [1] : [1, 2, 5];
    return named.includes(mantissa) ? formatPlain(value, 2) : null;
  }
}
