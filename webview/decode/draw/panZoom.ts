/** How a drawing is looked at: a point (x, y) of it stands at (x k + left, y k + top). */
export interface Sight {
  left: number;
  top: number;
  k: number;
}

/** Edges of a part of the drawing. */
export interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What is looked at. */
export interface Seen {
  box: HTMLElement;
  /** Holds the drawing; its own corner is that of `bounds`. */
  drawing: SVGSVGElement;
  /** The drawing's edges. */
  bounds(): Bounds;
  /** Pointed at, in the drawing's own pixels; null: left, or moving. */
  point(at: { x: number; y: number } | null): void;
  /** Pressed and let go without moving. */
  press(at: { x: number; y: number }, event: PointerEvent): void;
}

const largest = 4;
const restMs = 180;
const perWheel = 1.0015;
/** Pixels that a press may move and still be one. */
const slack = 4;

/**
 * Moves a drawing by drag, wheel and keys: at most once a frame, and nothing in it is drawn anew until it rests. The drawing is an element of the page, not
 * a group inside one: only such are layers that the browser moves as they are.
 */
export class PanZoom {
  sight: Sight = { left: 0, top: 0, k: 1 };
  readonly #seen: Seen;
  readonly #listening = new AbortController();
  #isDue = false;
  /** The size for which it was painted; 0: not yet. */
  #painted = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drag: { x: number; y: number; sight: Sight; hasMoved: boolean } | null = null;

  constructor(seen: Seen) {
    this.#seen = seen;
    const { box } = seen;
    const options = { signal: this.#listening.signal };
    box.addEventListener('wheel', (event) => this.#wheel(event), { ...options, passive: false });
    box.addEventListener('pointerdown', (event) => this.#down(event), options);
    box.addEventListener('pointermove', (event) => this.#move(event), options);
    box.addEventListener('pointerup', (event) => this.#up(event), options);
    box.addEventListener('pointercancel', () => this.#end(), options);
    box.addEventListener('pointerleave', () => seen.point(null), options);
  }

  dispose(): void {
    this.#listening.abort();
    clearTimeout(this.#timer);
  }

  /** The sight from which some part of the drawing is seen, in the middle and as large as it may be. */
  fit(bounds: Bounds = this.#seen.bounds(), most = 1): Sight {
    const { left, top, right, bottom } = bounds;
    const { width, height } = this.#size();
    const k = Math.min(most, width / (right - left), height / (bottom - top));
    return { k, left: (width - k * (left + right)) / 2, top: (height - k * (top + bottom)) / 2 };
  }

  /** Looks from somewhere; what is far out comes back to the edge. */
  look(sight: Sight): void {
    const { left, top, right, bottom } = this.#seen.bounds();
    const { width, height } = this.#size();
    const k = Math.min(largest, Math.max(Math.min(0.5, this.fit().k * 0.8), sight.k));
    const keep = (at: number, low: number, high: number, size: number) =>
      Math.min(size * 0.75 - low * k, Math.max(size * 0.25 - high * k, at));
    this.sight = { k, left: keep(sight.left, left, right, width), top: keep(sight.top, top, bottom, height) };
    this.#apply();
  }

  /** Everything `factor` times as large, around a point of the box or its middle. */
  zoom(factor: number, at?: { x: number; y: number }): void {
    const { width, height } = this.#size();
    const { x, y } = at ?? { x: width / 2, y: height / 2 };
    const { left, top, k } = this.sight;
    const next = Math.min(largest, Math.max(Math.min(0.5, this.fit().k * 0.8), k * factor));
    this.look({ k: next, left: x - ((x - left) * next) / k, top: y - ((y - top) * next) / k });
  }

  move(dx: number, dy: number): void {
    this.look({ ...this.sight, left: this.sight.left + dx, top: this.sight.top + dy });
  }

  /** Moves as little as shows a point of the drawing. */
  reveal(x: number, y: number, room = 90): void {
    const { width, height } = this.#size();
    const { left, top, k } = this.sight;
    const [roomX, roomY] = [Math.min(room, width / 3), Math.min(room / 2, height / 3)];
    const [atX, atY] = [x * k + left, y * k + top];
    const dx = Math.max(0, roomX - atX) - Math.max(0, atX - width + roomX);
    const dy = Math.max(0, roomY - atY) - Math.max(0, atY - height + roomY);
    if (dx !== 0 || dy !== 0) this.move(dx, dy);
  }

  #apply(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      const { left, top, k } = this.sight;
      const { drawing, bounds } = this.#seen;
      const corner = bounds();
      drawing.style.transform = `translate(${left + k * corner.left}px, ${top + k * corner.top}px) scale(${k})`;
      if (k === this.#painted) return;
      clearTimeout(this.#timer);
      if (this.#painted === 0) this.#paint(k);
      else this.#timer = setTimeout(() => this.#paintAnew(k), restMs);
    });
  }

  /** A layer is painted for the size it had when it became one: at rest at another size it becomes one anew. */
  #paintAnew(k: number): void {
    this.#paint(k);
    const { style } = this.#seen.drawing;
    style.willChange = 'auto';
    requestAnimationFrame(() => requestAnimationFrame(() => (style.willChange = 'transform')));
  }

  /** How much is drawn of each node follows the size, but only at rest: it is what costs time. */
  #paint(k: number): void {
    this.#painted = k;
    this.#seen.box.dataset.detail = k < 0.22 ? 'far' : k < 0.62 ? 'middle' : 'near';
  }

  #size(): { width: number; height: number } {
    const { clientWidth, clientHeight } = this.#seen.box;
    return { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) };
  }

  #placeOf(event: MouseEvent): { x: number; y: number } {
    const { left, top } = this.#seen.box.getBoundingClientRect();
    return { x: (event.clientX - left - this.sight.left) / this.sight.k, y: (event.clientY - top - this.sight.top) / this.sight.k };
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const { left, top } = this.#seen.box.getBoundingClientRect();
    this.zoom(1 / perWheel ** event.deltaY, { x: event.clientX - left, y: event.clientY - top });
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#seen.box.setPointerCapture(event.pointerId);
    this.#drag = { x: event.clientX, y: event.clientY, sight: this.sight, hasMoved: false };
  }

  #move(event: PointerEvent): void {
    if (!this.#drag) {
      this.#seen.point(this.#placeOf(event));
      return;
    }
    const [dx, dy] = [event.clientX - this.#drag.x, event.clientY - this.#drag.y];
    if (!this.#drag.hasMoved && Math.hypot(dx, dy) < slack) return;
    this.#drag.hasMoved = true;
    this.#seen.point(null);
    this.look({ ...this.#drag.sight, left: this.#drag.sight.left + dx, top: this.#drag.sight.top + dy });
  }

  #up(event: PointerEvent): void {
    const wasPress = this.#drag !== null && !this.#drag.hasMoved;
    this.#end();
    if (wasPress) this.#seen.press(this.#placeOf(event), event);
  }

  #end(): void {
    this.#drag = null;
  }
}
