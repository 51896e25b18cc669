import { type Tensor, tf } from './tensorflow.ts';

/** [height, width] of a map of pixels. */
export type MapShape = readonly [height: number, width: number];

/** Number of pixels of a map. */
export function pixelsOf([height, width]: MapShape): number {
  return height * width;
}

/** The map that patches two pixels apart make of this one: its sides halved and rounded up. */
export function halved([height, width]: MapShape): MapShape {
  return [Math.ceil(height / 2), Math.ceil(width / 2)];
}

/** Pixels before the first one that the first patch takes in: half of what is missing in all, rounded down. */
function paddingBefore(side: number, kernelSize: number): number {
  return Math.floor(Math.max(0, 2 * (Math.ceil(side / 2) - 1) + kernelSize - side) / 2);
}

/**
 * Pixel under every tap of every patch, two pixels apart and with padding "same" as TensorFlow has it: tap (a, b) of patch (i, j) lies on
 * pixel (2i + a - s, 2j + b - t), s and t the padding before the map.
 * @param shape of the map, [h, w]
 * @returns [k k patches], k the kernel's side: all patches of the first tap, then those of the second, ...; h w where a tap lies outside
 */
export function patchTable(shape: MapShape, kernelSize: number): Int32Array {
  const [height, width] = shape;
  const [rows, columns] = halved(shape);
  const [top, left] = [paddingBefore(height, kernelSize), paddingBefore(width, kernelSize)];
  const table = new Int32Array(kernelSize * kernelSize * rows * columns);
  let at = 0;
  for (let a = 0; a < kernelSize; a++)
    for (let b = 0; b < kernelSize; b++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) {
          const [y, x] = [2 * i + a - top, 2 * j + b - left];
          const isInside = y >= 0 && y < height && x >= 0 && x < width;
          table[at++] = isInside ? y * width + x : height * width;
        }
  return table;
}

/** A table read the other way: what lies on every pixel. */
interface Reach {
  /** For pixels that n taps lie on: n lists of taps, one tap a pixel in each. */
  groups: readonly (readonly Int32Array[])[];
  /** Where every pixel is found in the groups one after the other; after them where no tap lies on it. */
  places: Int32Array;
  hasUnreached: boolean;
}

function reachOf(table: Int32Array, pixels: number): Reach {
  const taps = Array.from({ length: pixels }, (): number[] => []);
  table.forEach((pixel, tap) => {
    taps[pixel]?.push(tap);
  });
  const counts = [...new Set(taps.map(({ length }) => length))].filter((count) => count > 0);
  const members = counts.map((count) => [...taps.keys()].filter((pixel) => taps[pixel]!.length === count));
  const groups = counts.map((count, g) =>
    Array.from({ length: count }, (_, level) => Int32Array.from(members[g]!, (pixel) => taps[pixel]![level]!)),
  );
  const reached = members.flat();
  const places = new Int32Array(pixels).fill(reached.length);
  reached.forEach((pixel, place) => {
    places[pixel] = place;
  });
  return { groups, places, hasUnreached: reached.length < pixels };
}

/** x [channels, pixels, rows] at these pixels; the pixel after the last one is 0. */
function gathered(x: Tensor, places: Int32Array, hasZero: boolean): Tensor {
  const padded = hasZero
    ? tf.pad(x, [
        [0, 0],
        [0, 1],
        [0, 0],
      ])
    : x;
  return tf.gather(padded, tf.tensor1d(places, 'int32'), 1);
}

/**
 * The patches that a convolution of stride 2 sees of a map: a linear map and its transpose, each the gradient of the other, in operations
 * that every engine has. Rows are the last axis, so that moving a pixel moves a stretch of memory however few channels there are: on ONNX
 * Runtime products of patches gathered so are faster than its own convolutions, whose filter gradients it lacks.
 */
export class Patches {
  /** Pixels of the map, and of the map that has one for every patch. */
  readonly pixels: number;
  readonly patches: number;
  /** Taps of a patch. */
  readonly taps: number;
  private readonly table: Int32Array;
  private readonly isPadded: boolean;
  private readonly reach: Reach;

  constructor(shape: MapShape, kernelSize: number) {
    this.pixels = pixelsOf(shape);
    this.patches = pixelsOf(halved(shape));
    this.taps = kernelSize * kernelSize;
    this.table = patchTable(shape, kernelSize);
    this.isPadded = this.table.includes(this.pixels);
    this.reach = reachOf(this.table, this.pixels);
  }

  /** What every tap sees, 0 outside of the map: [channels, pixels, rows] -> [channels, taps * patches, rows]. */
  unfold(map: Tensor): Tensor {
    return this.linear(
      map,
      (x) => this.spread(x),
      (y) => this.collected(y),
    );
  }

  /** The transpose: adds up on every pixel what its taps say, [channels, taps * patches, rows] -> [channels, pixels, rows]. */
  fold(taps: Tensor): Tensor {
    return this.linear(
      taps,
      (y) => this.collected(y),
      (x) => this.spread(x),
    );
  }

  private linear(input: Tensor, forward: (x: Tensor) => Tensor, backward: (dy: Tensor) => Tensor): Tensor {
    return tf.customGrad((x) => ({ value: forward(x as Tensor), gradFunc: (dy) => backward(dy as Tensor) }))(input);
  }

  private spread(x: Tensor): Tensor {
    return gathered(x, this.table, this.isPadded);
  }

  private collected(y: Tensor): Tensor {
    const { groups, places, hasUnreached } = this.reach;
    const sums = groups.map((levels) => levels.map((level) => gathered(y, level, false)).reduce((sum, one) => tf.add(sum, one)));
    return gathered(tf.concat(sums, 1), places, hasUnreached);
  }
}
