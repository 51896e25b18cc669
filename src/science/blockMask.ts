import type { RandomFills, RandomPlace } from '../math/random.ts';

/** How an image is cut into square blocks. */
export interface BlockGrid {
  /** [height, width] */
  imageShape: readonly [number, number];
  /** Side of a block in pixels; the blocks of the last row and column are cut where it does not divide the image. */
  blockSize: number;
}

/** Block that each pixel lies in, [height * width], counted row by row, and how many there are. */
function blocksOf({ imageShape, blockSize }: BlockGrid): { blockOf: Uint32Array; count: number } {
  const [height, width] = imageShape;
  const across = Math.ceil(width / blockSize);
  const blockOf = Uint32Array.from({ length: height * width }, (_, pixel) => {
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    return Math.floor(y / blockSize) * across + Math.floor(x / blockSize);
  });
  return { blockOf, count: across * Math.ceil(height / blockSize) };
}

/**
 * Fills with masks of images, pixel after pixel, whose blocks are kept (1) with this probability or dropped (0) whole, each by itself.
 * With n blocks an image, block b of image r is Bernoulli number r n + b of the place, so that number i depends on
 * (seed, stream, step, from + i) only; blocks of one pixel give the numbers of a mask of coordinates.
 */
export function fillBlocks(
  out: Float32Array,
  at: RandomPlace,
  { grid, keep, fills }: { grid: BlockGrid; keep: number; fills: RandomFills },
): void {
  const { blockOf, count } = blocksOf(grid);
  const pixels = blockOf.length;
  const from = at.from ?? 0;
  const firstImage = Math.floor(from / pixels);
  const images = Math.ceil((from + out.length) / pixels) - firstImage;
  const kept = new Float32Array(images * count);
  fills.fillBernoulli(kept, { ...at, from: firstImage * count }, keep);
  let pixel = from - firstImage * pixels;
  let image = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = kept[image + blockOf[pixel]!]!;
    pixel++;
    if (pixel === pixels) {
      pixel = 0;
      image += count;
    }
  }
}
