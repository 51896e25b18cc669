import { visibleToken } from '../../src/run/visibleToken.ts';
import type { PointStyles, Square } from './latentPicture.ts';
import type { ThemeColours } from './themeColours.ts';

/** More tokens in sight than this are points only. */
export const mostGlyphs = 120;

/** Pixels between a point and its token, and the height of a line of them. */
const gap = 6;
const lineHeight = 13;

/** What the tokens are written on. */
export interface TokenPicture {
  positions: Float32Array;
  styles: PointStyles;
  tokens: readonly string[];
  square: Square;
  /** Side of the square in CSS pixels. */
  side: number;
  colours: ThemeColours;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * Writes the tokens beside their points, right of them where there is room, else left, above or below.
 * A token without room is left to the pointer, and comes forth where the square is nearer.
 * @returns how many are written: 0 where more than `mostGlyphs` points are in sight
 */
export function drawTokens(canvas: HTMLCanvasElement, picture: TokenPicture): number {
  const { side, colours } = picture;
  canvas.width = Math.round(side * devicePixelRatio);
  canvas.height = Math.round(side * devicePixelRatio);
  const context = canvas.getContext('2d');
  const points = pointsInSight(picture);
  if (!context || points.length > mostGlyphs) return 0;
  context.scale(devicePixelRatio, devicePixelRatio);
  context.font = `12px ${colours.font}`;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.strokeStyle = colours.background;
  context.lineWidth = 3;
  context.fillStyle = colours.foreground;
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 3, right: x + 3, top: y - 3, bottom: y + 3 }));
  let written = 0;
  for (const { x, y, row } of points) {
    const words = visibleToken(picture.tokens[row] ?? '', 14);
    const box = freeBox({ x, y }, context.measureText(words).width, taken, side);
    if (!box) continue;
    taken.push(box);
    written++;
    context.strokeText(words, box.left, (box.top + box.bottom) / 2);
    context.fillText(words, box.left, (box.top + box.bottom) / 2);
  }
  return written;
}

function pointsInSight({ positions, styles, square, side }: TokenPicture): { x: number; y: number; row: number }[] {
  const { centre, radius } = square;
  const found: { x: number; y: number; row: number }[] = [];
  for (let row = 0; row < styles.colourOf.length; row++) {
    if (styles.colourOf[row] === 255) continue;
    const x = ((positions[2 * row]! - centre[0] + radius) / (2 * radius)) * side;
    const y = ((centre[1] + radius - positions[2 * row + 1]!) / (2 * radius)) * side;
    if (x >= 0 && y >= 0 && x <= side && y <= side) found.push({ x, y, row });
  }
  return found;
}

function freeBox({ x, y }: { x: number; y: number }, width: number, taken: readonly Box[], side: number): Box | null {
  const half = lineHeight / 2;
  const beside = { top: y - half, bottom: y + half };
  const above = { left: x - width / 2, right: x + width / 2 };
  const boxes: Box[] = [
    { ...beside, left: x + gap, right: x + gap + width },
    { ...beside, left: x - gap - width, right: x - gap },
    { ...above, top: y - gap - lineHeight, bottom: y - gap },
    { ...above, top: y + gap, bottom: y + gap + lineHeight },
  ];
  const isFree = (box: Box): boolean =>
    box.left >= 0 && box.right <= side && box.top >= 0 && box.bottom <= side && !taken.some((other) => overlap(box, other));
  return boxes.find(isFree) ?? null;
}

const overlap = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
