/** What a data file turned out to be, as far as a first experiment needs it. */
export interface TableFacts {
  rows: number;
  /** Names of all columns; as many as there are inputs where they have no names. */
  columns: readonly string[];
  /** [height, width] where rows are images. */
  imageShape: readonly [number, number] | null;
}

/** Names that people give to the column of classes, whatever their case. */
const labelNames = ['label', 'labels', 'class', 'classes', 'target', 'species', 'category', 'digit', 'y'];

/** The column that looks like the one with classes; null where none does. */
export function likelyLabel(columns: readonly string[]): string | null {
  return labelNames.flatMap((name) => columns.find((column) => column.trim().toLowerCase() === name) ?? [])[0] ?? null;
}

/** The names in the first line of a table, whatever separates them; good enough to find a column by its name. */
export function headerNames(firstLine: string): string[] {
  const separator = ['\t', ';', ','].find((sign) => firstLine.includes(sign)) ?? ',';
  return firstLine.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
}

/**
 * An autoencoder to begin with on a table or on images: a code well below the number of inputs, so that it has to choose.
 * @param name what people may call it: the name of the file
 * @param source as "data.source" takes it, relative to the experiment
 * @returns text of an experiment file
 */
export function tableExperiment(name: string, source: string, { rows, columns, imageShape }: TableFacts): string {
  const label = likelyLabel(columns);
  const inputs = Math.max(1, columns.length - (label === null ? 0 : 1));
  const latent = Math.min(16, Math.max(1, Math.round(inputs / 4)));
  const hidden = Math.min(256, Math.max(8, 2 ** Math.ceil(Math.log2(Math.max(1, inputs)))));
  const what = imageShape === null ? `${inputs} columns` : `images of ${imageShape[0]}x${imageShape[1]}`;
  const settings = [
    `"source": ${JSON.stringify(source)}`,
    ...(label === null ? [] : [`"label": ${JSON.stringify(label)}`]),
    imageShape === null ? '"scale": "standardize"' : '"scale": "unit"',
    '"split": { "validation": 0.1, "test": 0.2 }',
  ];
  return `{
  // An autoencoder on ${rows} rows of ${what}.
  "version": 1,
  "task": "autoencoder",
  "name": ${JSON.stringify(name)},
  "seed": 0,

  // ${imageShape === null ? 'Columns in different units count alike once they are standardized.' : 'Shades from 0 to 1.'}${label === null ? ' "label" names a column with classes, if there is one.' : ' The label colours the codes and is no input.'}
  "data": { ${settings.join(', ')} },

  // ${latent} numbers for ${inputs}: a code that could hold everything would have nothing to learn.
  "model": { "kind": "mlp", "hidden": [${hidden}], "latent": ${latent} },

  // Ends early when validation has not improved for 20 epochs.
  "training": { "batchSize": ${rows < 500 ? 32 : 64}, "epochs": ${rows < 5000 ? 100 : 20}, "patience": 20 }
}
`;
}

/**
 * A language model to begin with on a text.
 * @param sample the beginning of the text: long lines are one stream, short ones texts of their own
 * @returns text of an experiment file
 */
export function textExperiment(name: string, source: string, sample: string): string {
  const lines = sample.split(/\r?\n/).filter((line) => line.trim() !== '');
  const letters = lines.reduce((sum, line) => sum + line.length, 0) / Math.max(1, lines.length);
  const isLines = letters < 40;
  return `{
  // A language model that learns to spell this text, letter by letter.
  "version": 1,
  "task": "languageModel",
  "name": ${JSON.stringify(name)},
  "seed": 0,

  // ${isLines ? 'Short lines: each is a text of its own with an end.' : 'Long lines: one stream, cut into windows.'}
  "data": { "source": ${JSON.stringify(source)}, "tokens": "characters", "unit": ${isLines ? '"lines"' : '"stream"'}, "split": { "validation": 0.1, "test": 0.1 } },

  "model": { "kind": "gru", "embedding": 24, "hidden": 128, "context": 32 },
  "objective": { "kind": "nextToken" },
  "optimizer": { "kind": "adam", "learningRate": 0.003, "schedule": "cosine" },
  "training": { "batchSize": 32, "epochs": 5 },

  "decoding": { "strategy": { "kind": "beam", "beams": 8, "returned": 8 } }
}
`;
}
