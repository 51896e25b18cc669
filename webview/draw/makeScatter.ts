import { ScatterCanvas } from './scatterCanvas.ts';
import { ScatterGl } from './scatterGl.ts';
import type { ScatterPicture, ScatterRenderer } from './scatterPicture.ts';

const restoreMs = 2000;

/** The scatter in its box: WebGL2 where there is one, canvas where not, and canvas too where a lost context stays lost. */
export class Scatter {
  #box: HTMLElement;
  #renderer: ScatterRenderer;
  #canvas: HTMLCanvasElement;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: [ScatterPicture, number] | null = null;

  constructor(box: HTMLElement) {
    this.#box = box;
    this.#canvas = this.#makeCanvas();
    try {
      this.#renderer = new ScatterGl(this.#canvas);
      this.#canvas.addEventListener('webglcontextlost', () => {
        this.#timer = setTimeout(() => this.#fallBack(), restoreMs);
      });
      this.#canvas.addEventListener('webglcontextrestored', () => clearTimeout(this.#timer));
    } catch {
      this.#canvas.remove();
      this.#canvas = this.#makeCanvas();
      this.#renderer = new ScatterCanvas(this.#canvas);
    }
    box.dataset.renderer = this.#renderer.kind;
  }

  /** The canvas, drawn just now, so that it can be copied. */
  get canvas(): HTMLCanvasElement {
    if (this.#last) this.draw(...this.#last);
    return this.#canvas;
  }

  /** Draws the picture in a square of `side` CSS pixels. */
  draw(picture: ScatterPicture, side: number): void {
    this.#last = [picture, side];
    this.#renderer.draw(picture, side, devicePixelRatio);
  }

  /** Frees the canvas. */
  destroy(): void {
    clearTimeout(this.#timer);
    this.#renderer.destroy();
    this.#canvas.remove();
  }

  #makeCanvas(): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    canvas.className = 'points';
    canvas.setAttribute('aria-hidden', 'true');
    this.#box.prepend(canvas);
    return canvas;
  }

  #fallBack(): void {
    this.#canvas.remove();
    this.#canvas = this.#makeCanvas();
    this.#renderer = new ScatterCanvas(this.#canvas);
    this.#box.dataset.renderer = this.#renderer.kind;
    if (this.#last) this.draw(...this.#last);
  }
}
