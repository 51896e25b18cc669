import { formatPlain } from './formatNumber.ts';
import type { Square } from './latentPicture.ts';
import { stepAbove } from './niceAxis.ts';
import type { ThemeColours } from './themeColours.ts';

/** Room left of and below the points for numbers and names. */
export const gutter = 42;

interface AxesPicture {
  square: Square;
  /** Side of the points' square in CSS pixels. */
  side: number;
  names: [string, string];
  /** The point under the pointer. */
  marked: [number, number] | null;
  colours: ThemeColours;
}

/** Draws frame, zero lines, numbers and names around the points. */
export function drawScatterAxes(canvas: HTMLCanvasElement, picture: AxesPicture): void {
  const { side, colours, names } = picture;
  const size = side + gutter;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(size * ratio);
  canvas.height = Math.round(size * ratio);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  context.font = `11px ${colours.font}`;
  context.lineWidth = 1;
  drawTicks(context, picture);
  context.strokeStyle = colours.border;
  context.strokeRect(gutter + 0.5, 0.5, side - 1, side - 1);
  context.fillStyle = colours.muted;
  context.textAlign = 'right';
  context.textBaseline = 'bottom';
  context.fillText(names[0], size, size - 1, side);
  context.save();
  context.translate(0, 0);
  context.rotate(-Math.PI / 2);
  context.textBaseline = 'top';
  context.fillText(names[1], 0, 1, side);
  context.restore();
  drawMark(context, picture);
}

function drawTicks(context: CanvasRenderingContext2D, { square, side, colours }: AxesPicture): void {
  const { centre, radius } = square;
  const tick = stepAbove(radius / 2.5);
  for (const axis of [0, 1] as const) {
    const from = Math.ceil((centre[axis] - radius) / tick);
    const to = Math.floor((centre[axis] + radius) / tick);
    for (let i = from; i <= to; i++) {
      const value = i * tick;
      const at = ((value - centre[axis] + radius) / (2 * radius)) * side;
      const pixel = Math.round(axis === 0 ? gutter + at : side - at) + 0.5;
      context.strokeStyle = colours.grid;
      if (i === 0) line(context, axis, pixel, side);
      if (pixel < 8 || (axis === 0 && pixel > gutter + side - 8)) continue;
      context.fillStyle = colours.muted;
      context.textAlign = axis === 0 ? 'center' : 'right';
      context.textBaseline = axis === 0 ? 'top' : 'middle';
      const text = formatPlain(Number(value.toPrecision(6)));
      if (axis === 0) context.fillText(text, pixel, side + 4);
      else context.fillText(text, gutter - 4, pixel);
    }
  }
}

function line(context: CanvasRenderingContext2D, axis: 0 | 1, pixel: number, side: number): void {
  context.beginPath();
  context.moveTo(axis === 0 ? pixel : gutter, axis === 0 ? 0 : pixel);
  context.lineTo(axis === 0 ? pixel : gutter + side, axis === 0 ? side : pixel);
  context.stroke();
}

function drawMark(context: CanvasRenderingContext2D, { marked, square, side, colours }: AxesPicture): void {
  if (!marked) return;
  const { centre, radius } = square;
  const x = gutter + ((marked[0] - centre[0] + radius) / (2 * radius)) * side;
  const y = ((centre[1] + radius - marked[1]) / (2 * radius)) * side;
  context.strokeStyle = colours.foreground;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.stroke();
}
