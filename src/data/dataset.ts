/** What a source of data turned out to hold, in the units of the source. */
export interface Dataset {
  rows: number;
  /** Numbers in a row. */
  inputs: number;
  /** Names of the inputs: the label column is not among them. */
  columns: string[];
  /** Every column of the source, the label column among them. */
  allColumns: string[];
  /** [rows, inputs], row after row. */
  values: Float32Array;
  /** [rows] position in `labelNames`, -1 where the label is missing; null without labels. */
  labels: Int32Array | null;
  labelNames: string[];
  /** [height, width] where a row is an image. */
  imageShape: [number, number] | null;
  format: 'image' | 'table' | 'generator';
  /** Largest value of the image format (digits 16); 1 elsewhere, where it means nothing. */
  maximum: number;
  /** SHA-256 of the file's bytes, of the settings and the seed for a generator, hexadecimal. */
  hash: string;
}
