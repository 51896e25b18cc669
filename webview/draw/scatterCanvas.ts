import { shapes } from './palette.ts';
import type { ScatterPicture, ScatterRenderer } from './scatterPicture.ts';
import { shapeOutline } from './shapeOutline.ts';

/** The scatter without WebGL: each colour and shape is drawn once and stamped at its points. */
export class ScatterCanvas implements ScatterRenderer {
  readonly kind = 'canvas2d';
  #canvas: HTMLCanvasElement;
  #context: CanvasRenderingContext2D;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('this browser draws no canvas');
    this.#canvas = canvas;
    this.#context = context;
  }

  draw(picture: ScatterPicture, side: number, pixelRatio: number): void {
    const pixels = Math.round(side * pixelRatio);
    const context = this.#context;
    this.#canvas.width = pixels;
    this.#canvas.height = pixels;
    const { positions, colourOf, shapeOf, centre, radius } = picture;
    const stamps = new Map<number, HTMLCanvasElement>();
    const size = picture.pointRadius * pixelRatio;
    const scale = pixels / (2 * radius);
    context.globalAlpha = 0.85;
    for (let i = 0; i < colourOf.length; i++) {
      const colour = colourOf[i]!;
      if (colour === 255) continue;
      const key = colour * 16 + shapeOf[i]!;
      let stamp = stamps.get(key);
      if (!stamp) {
        stamp = makeStamp(picture.colours[colour]!, shapeOf[i]!, size);
        stamps.set(key, stamp);
      }
      const x = (positions[2 * i]! - centre[0] + radius) * scale;
      const y = (centre[1] + radius - positions[2 * i + 1]!) * scale;
      if (x > -size && y > -size && x < pixels + size && y < pixels + size)
        context.drawImage(stamp, x - stamp.width / 2, y - stamp.height / 2);
    }
  }

  destroy(): void {
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }
}

function makeStamp(colour: string, shape: number, size: number): HTMLCanvasElement {
  const stamp = document.createElement('canvas');
  stamp.width = stamp.height = Math.ceil(2 * size) + 2;
  const context = stamp.getContext('2d')!;
  context.translate(stamp.width / 2, stamp.height / 2);
  context.scale(size, size);
  context.fillStyle = colour;
  context.fill(new Path2D(shapeOutline(shapes[shape]!)), 'evenodd');
  return stamp;
}
