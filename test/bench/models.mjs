// What the engines are compared on. A further kind of network is one more function here, in engineSteps.ts and in torch_steps.py.

/**
 * @typedef {object} Common
 * @property {string} name
 * @property {number} inputs width of a row as it is written down
 * @property {number} batch rows a step
 * @property {number} batches different batches that the steps go through again and again
 * @property {number} checkSteps steps after which every contender must have the same loss
 */

/**
 * @typedef {Common & { network: 'autoencoder', hidden: number[], latent: number }} Autoencoder the decoder mirrors the widths `hidden` of
 * the encoder's hidden layers
 */

/** @typedef {Common & { network: 'gru', vocabulary: number, embedding: number, hidden: number, context: number }} Gru a row: context + 1 tokens */

/** @typedef {Common & { network: 'transformer', vocabulary: number, layers: number, heads: number, width: number, context: number }} Transformer */

/** @typedef {Autoencoder | Gru | Transformer} Model `network`: which builder of engineSteps.ts and torch_steps.py makes it */

const language = { vocabulary: 65, batches: 8 };

/** @type {Model[]} */
export const models = [
  { name: 'A', network: 'autoencoder', inputs: 64, hidden: [], latent: 16, batch: 32, batches: 8, checkSteps: 200 },
  { name: 'B', network: 'autoencoder', inputs: 784, hidden: [256], latent: 32, batch: 256, batches: 8, checkSteps: 50 },
  { name: 'C', network: 'autoencoder', inputs: 3072, hidden: [1024], latent: 128, batch: 256, batches: 8, checkSteps: 20 },
  { ...language, name: 'G', network: 'gru', embedding: 24, hidden: 128, context: 32, inputs: 33, batch: 16, checkSteps: 50 },
  { ...language, name: 'T', network: 'transformer', layers: 4, heads: 4, width: 128, context: 64, inputs: 65, batch: 12, checkSteps: 20 },
];

/** The model on which the cost of noise is measured, and the noise. */
export const noisy = { name: 'B', sigma: 0.25 };

/** Widths of all layers from input to output. @param {Model} model */
function widthsOf({ inputs, hidden, latent }) {
  return [inputs, ...hidden, latent, ...hidden.toReversed(), inputs];
}

/** Three products a matrix: output, gradient of the weights, gradient of the input. */
const trained = (multiplications) => 3 * 2 * multiplications;

const byNetwork = {
  autoencoder: {
    /** Without a gradient of the data. */
    flopsAStep(model) {
      const widths = widthsOf(model);
      const layers = widths.slice(1).map((to, i) => widths[i] * to);
      return 2 * model.batch * (3 * layers.reduce((sum, size) => sum + size) - layers[0]);
    },
    parameters(model) {
      const widths = widthsOf(model);
      return widths.slice(1).reduce((sum, to, i) => sum + (widths[i] + 1) * to, 0);
    },
    describe: (model) => `${widthsOf(model).join('-')}, batch ${model.batch}`,
  },
  gru: {
    flopsAStep: ({ batch, context, embedding, hidden, vocabulary }) =>
      trained(batch * context * hidden * (3 * embedding + 3 * hidden + vocabulary)),
    parameters: ({ embedding, hidden, vocabulary }) =>
      (vocabulary + 1) * embedding + 3 * hidden * (embedding + hidden + 2) + (hidden + 1) * vocabulary,
    describe: ({ hidden, context, embedding, vocabulary, batch }) =>
      `GRU of ${hidden} over ${context} steps, embedding ${embedding}, ${vocabulary} tokens, batch ${batch}`,
  },
  transformer: {
    /** Both products of attention over the whole square, as if nothing were hidden. */
    flopsAStep: ({ batch, context, layers, width, vocabulary }) =>
      trained(batch * context * (layers * (12 * width * width + 2 * context * width) + width * vocabulary)),
    /** With tied embeddings. */
    parameters: ({ context, layers, width, vocabulary }) =>
      (vocabulary + 1 + context + 2) * width + layers * (12 * width * width + 13 * width),
    describe: ({ layers, heads, width, context, vocabulary, batch }) =>
      `transformer of ${layers} layers, ${heads} heads, ${width} wide, ${context} steps, ${vocabulary} tokens, batch ${batch}`,
  },
};

/** Floating-point operations of the matrix products of one step. @param {Model} model */
export function flopsAStep(model) {
  return byNetwork[model.network].flopsAStep(model);
}

/** Numbers that are trained. @param {Model} model */
export function parameterCount(model) {
  return byNetwork[model.network].parameters(model);
}

/** "784-256-32-256-784, batch 256". @param {Model} model */
export function describeModel(model) {
  return byNetwork[model.network].describe(model);
}
