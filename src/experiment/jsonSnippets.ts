/** A piece of text that an editor offers, with places to fill in. */
export interface JsonSnippet {
  label: string;
  description?: string;
  body: unknown;
}

/** A place to fill in: the n-th stop of the tab key; a number stands without quotes. */
const place = (n: number, value: string | number) => `${typeof value === 'number' ? '^' : ''}\${${n}:${value}}`;

const digits = { source: 'digits' };

/** Offered beside the single values, by task and dotted path of the section, "*" for either task; "" is an empty file. */
export const jsonSnippets: Readonly<Record<string, readonly JsonSnippet[]>> = {
  '': [
    {
      label: 'Denoising autoencoder',
      description: 'A multilayer perceptron that takes noise off the digits.',
      body: {
        version: 1,
        task: 'autoencoder',
        name: place(1, 'Denoising autoencoder'),
        data: digits,
        model: { kind: 'mlp', hidden: [place(2, 64)], latent: place(3, 16) },
        corruption: { kind: 'gaussian', sigma: place(4, 0.25) },
        training: { epochs: place(5, 50) },
      },
    },
    {
      label: 'Linear autoencoder',
      description: 'The case with closed forms, to hold against PCA.',
      body: {
        version: 1,
        task: 'autoencoder',
        name: place(1, 'Linear autoencoder'),
        data: { source: 'digits', split: 'none' },
        model: { kind: 'linear', latent: place(2, 8) },
        training: { epochs: place(3, 300) },
      },
    },
  ],
  'autoencoder.data': [
    { label: 'digits', description: '1797 handwritten digits of 8x8 pixels.', body: digits },
    {
      label: 'table',
      description: 'A .csv or .tsv file beside this one.',
      body: { source: place(1, 'table.csv'), label: place(2, 'class'), scale: 'standardize' },
    },
    {
      label: 'lowRankGaussian',
      description: 'Made on the spot, with known answers.',
      body: { source: { generator: 'lowRankGaussian', dimensions: place(1, 20), rank: place(2, 4) } },
    },
  ],
  '*.data.split': [{ label: 'fractions', description: 'Shares of the rows.', body: { validation: place(1, 0.1), test: place(2, 0.2) } }],
  'autoencoder.model': [
    { label: 'mlp', description: 'Fully connected layers.', body: { kind: 'mlp', hidden: [place(1, 64)], latent: place(2, 16) } },
    { label: 'linear', description: 'Two matrices: the case with closed forms.', body: { kind: 'linear', latent: place(1, 16) } },
  ],
  'autoencoder.corruption': [
    { label: 'gaussian', description: 'Gaussian noise.', body: { kind: 'gaussian', sigma: place(1, 0.25) } },
    { label: 'mask', description: 'Coordinates dropped at random.', body: { kind: 'mask', ratio: place(1, 0.5) } },
  ],
  'autoencoder.loss': [{ label: 'squared', description: 'Squared error.', body: { kind: 'squared', over: place(1, 'all') } }],
  '*.optimizer': [
    { label: 'adam', description: 'Adam.', body: { kind: 'adam', learningRate: place(1, 0.001) } },
    {
      label: 'momentum',
      description: 'Momentum with a falling rate.',
      body: { kind: 'momentum', learningRate: place(1, 0.01), schedule: 'cosine' },
    },
  ],
  '*.training': [
    { label: 'epochs', description: 'So many passes over the rows.', body: { epochs: place(1, 50), batchSize: place(2, 64) } },
    { label: 'steps', description: 'So many steps.', body: { steps: place(1, 2000), batchSize: place(2, 64) } },
  ],
  'autoencoder.view': [{ label: 'view', description: 'What the dashboard keeps.', body: { points: place(1, 2000), every: place(2, 1) } }],
  'autoencoder.data.source': [
    { label: '"digits"', description: '1797 handwritten digits of 8x8 pixels.', body: 'digits' },
    { label: '"table.csv"', description: 'A file beside this one.', body: place(1, 'table.csv') },
    {
      label: 'lowRankGaussian',
      description: 'Few strong directions among many weak ones.',
      body: { generator: 'lowRankGaussian', dimensions: place(1, 20), rank: place(2, 4) },
    },
    {
      label: 'gaussian',
      description: 'A covariance of your own.',
      body: {
        generator: 'gaussian',
        covariance: [
          [1, place(1, 0.8)],
          [place(1, 0.8), 1],
        ],
      },
    },
  ],
  'languageModel.data': [{ label: 'names', description: 'First names, a line each.', body: { source: 'names' } }],
  'languageModel.data.source': [
    { label: '"names"', description: 'First names, a line each.', body: 'names' },
    { label: '"austen"', description: 'A novel.', body: 'austen' },
    { label: '"banana"', description: 'The sentences of the lecture.', body: 'banana' },
    { label: '"text.txt"', description: 'A file beside this one.', body: place(1, 'text.txt') },
  ],
  'languageModel.model': [
    { label: 'mlp', description: 'Fully connected layers over the last tokens.', body: { kind: 'mlp', context: place(1, 8) } },
    { label: 'ngram', description: 'Counts; no training.', body: { kind: 'ngram', order: place(1, 4) } },
    {
      label: 'table',
      description: 'Written by hand, for a tree like those of the lecture.',
      body: { kind: 'table', next: { '': { a: 0.6, b: 0.4 }, a: { '</s>': 1 }, b: { '</s>': 1 } } },
    },
  ],
  'languageModel.decoding': [
    { label: 'beam', description: 'Beam search.', body: { strategy: { kind: 'beam', beams: place(1, 4), returned: place(2, 4) } } },
    { label: 'sample', description: 'Random texts.', body: { strategy: { kind: 'sample', temperature: place(1, 1) } } },
  ],
};
