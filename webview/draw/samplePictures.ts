import { parseColour, type ThemeColours } from './themeColours.ts';

/** Smallest and largest value of the inputs: what the ends of the grey scale mean, in the units of the file. */
export function valueRange(inputs: Float32Array): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of inputs) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (high < low) return { low: 0, high: 1 };
  // centring and scaling undone in float32 leave a trace where the file had 0
  const isTrace = Math.abs(low) < 1e-5 * (high - low);
  return { low: isTrace ? 0 : low, high };
}

/** The error whose colour is full: a quarter of the range of values, so that small errors are seen. */
export const fullError = ({ low, high }: { low: number; high: number }): number => (high - low) / 4;

/** What one sample's strip shows; null leaves the place empty. */
export interface Strip {
  /** Each float32 [height * width], in the units of the file. */
  pictures: (Float32Array | null)[];
  /** Output minus input. */
  error: Float32Array | null;
  shape: [height: number, width: number];
  range: { low: number; high: number };
}

/** Pixels between two pictures of a strip. */
export const gapOf = (width: number): number => Math.max(1, Math.round(width / 8));

/** Draws a strip, one canvas pixel a picture's pixel: values from background to foreground, errors from blue over background to red. */
export function drawStrip(canvas: HTMLCanvasElement, { pictures, error, shape, range }: Strip, colours: ThemeColours): void {
  const [height, width] = shape;
  const places = pictures.length + (error ? 1 : 0);
  canvas.width = places * width + (places - 1) * gapOf(width);
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const paper = parseColour(colours.background);
  const ink = parseColour(colours.foreground);
  const span = range.high - range.low || 1;
  for (const [i, picture] of pictures.entries()) {
    if (!picture) continue;
    const image = paint(picture, shape, (value) => [paper, ink, (value - range.low) / span]);
    context.putImageData(image, i * (width + gapOf(width)), 0);
  }
  if (!error) return;
  const less = parseColour(colours.negative);
  const more = parseColour(colours.positive);
  const image = paint(error, shape, (value) => [paper, value < 0 ? less : more, Math.abs(value) / (fullError(range) || 1)]);
  context.putImageData(image, pictures.length * (width + gapOf(width)), 0);
}

type Rgb = readonly [number, number, number, number];

function paint(values: Float32Array, [height, width]: [number, number], mix: (value: number) => [Rgb, Rgb, number]): ImageData {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const [from, to, share] = mix(value);
    const held = Math.min(1, Math.max(0, share));
    for (const channel of [0, 1, 2] as const) image.data[4 * i + channel] = from[channel] + (to[channel] - from[channel]) * held;
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** Root of the mean squared error of each pictured row, in the units of the file. */
export function rowErrors(inputs: Float32Array, outputs: Float32Array, rows: number): Float64Array {
  const width = inputs.length / Math.max(1, rows);
  const errors = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) sum += (outputs[i]! - inputs[i]!) ** 2;
    errors[row] = Math.sqrt(sum / width);
  }
  return errors;
}

/** Output minus input. */
export function difference(output: Float32Array, input: Float32Array): Float32Array {
  return output.map((value, i) => value - input[i]!);
}
