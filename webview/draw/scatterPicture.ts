/** What a scatter shows: points, how each is drawn, and which square of the plane is seen. */
export interface ScatterPicture {
  /** float32 [points, 2] */
  positions: Float32Array;
  /** For each point: index into `colours`, 255 is hidden. */
  colourOf: Uint8Array;
  /** For each point: number of its shape. */
  shapeOf: Uint8Array;
  /** CSS colours; the last one is for points without a label. */
  colours: string[];
  /** Middle of the visible square, and half its side. */
  centre: [number, number];
  radius: number;
  /** Radius of a point in CSS pixels. */
  pointRadius: number;
}

/** Draws scatters on one canvas. */
export interface ScatterRenderer {
  readonly kind: 'webgl2' | 'canvas2d';
  draw(picture: ScatterPicture, side: number, pixelRatio: number): void;
  destroy(): void;
}

/** Radius of a point: smaller the more there are. */
export const pointRadiusFor = (points: number): number => (points > 20_000 ? 1.6 : points > 4_000 ? 2.4 : points > 400 ? 3.6 : 4.5);
