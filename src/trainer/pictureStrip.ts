/** Images of the pictured rows, in the units of the file. */
export interface PictureStrip {
  imageShape: readonly [number, number];
  rows: number;
  /** [rows, height * width] each */
  inputs: Float32Array;
  corrupted: Float32Array | null;
  reconstructions: Float32Array;
}

const MOST_IMAGES = 16;

/** Draws the first images above their corrupted form and their reconstruction, light on dark as they lie in the file; dropped pixels are hatched out. */
export function pictureStrip(strip: PictureStrip): string {
  const [height, width] = strip.imageShape;
  const count = Math.min(MOST_IMAGES, strip.rows);
  const layers = [strip.inputs, strip.corrupted, strip.reconstructions].filter((layer) => layer !== null);
  let high = 0;
  for (const v of strip.inputs) if (v > high) high = v;
  const cell = { w: width + 1, h: height + 1 };
  let pixels = '';
  layers.forEach((layer, row) => {
    for (let image = 0; image < count; image++)
      for (let p = 0; p < width * height; p++) {
        const value = layer[image * width * height + p]!;
        const at = `x="${image * cell.w + (p % width)}" y="${row * cell.h + Math.floor(p / width)}"`;
        pixels += `<rect ${at} width="1.02" height="1.02" fill="${shade(value / (high || 1))}"/>`;
      }
  });
  return `<svg class="strip" viewBox="0 0 ${count * cell.w} ${layers.length * cell.h}" shape-rendering="crispEdges" role="img" aria-label="Inputs and reconstructions">${pixels}</svg>`;
}

function shade(share: number): string {
  if (!Number.isFinite(share)) return '#7a5c2e';
  const level = Math.round(255 * Math.min(1, Math.max(0, share)));
  return `rgb(${level},${level},${level})`;
}
