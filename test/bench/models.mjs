// What the engines are compared on. A further kind of network is one more function here, in engineSteps.ts and in torch_steps.py.

/**
 * @typedef {object} Model
 * @property {string} name
 * @property {'autoencoder'} network which builder of engineSteps.ts and torch_steps.py makes it
 * @property {number} inputs width of a row
 * @property {number[]} hidden widths of the hidden layers of the encoder; the decoder mirrors them
 * @property {number} latent
 * @property {number} batch rows a step
 * @property {number} batches different batches that the steps go through again and again
 * @property {number} checkSteps steps after which every contender must have the same loss
 */

/** @type {Model[]} */
export const models = [
  { name: 'A', network: 'autoencoder', inputs: 64, hidden: [], latent: 16, batch: 32, batches: 8, checkSteps: 200 },
  { name: 'B', network: 'autoencoder', inputs: 784, hidden: [256], latent: 32, batch: 256, batches: 8, checkSteps: 50 },
  { name: 'C', network: 'autoencoder', inputs: 3072, hidden: [1024], latent: 128, batch: 256, batches: 8, checkSteps: 20 },
];

/** The model on which the cost of noise is measured, and the noise. */
export const noisy = { name: 'B', sigma: 0.25 };

/** Widths of all layers from input to output. @param {Model} model */
function widthsOf({ inputs, hidden, latent }) {
  return [inputs, ...hidden, latent, ...hidden.toReversed(), inputs];
}

const byNetwork = {
  /** Three products a layer (output, gradient of the weights, gradient of the input), and no gradient of the data. */
  autoencoder: {
    flopsAStep(model) {
      const widths = widthsOf(model);
      const layers = widths.slice(1).map((to, i) => widths[i] * to);
      return 2 * model.batch * (3 * layers.reduce((sum, size) => sum + size) - layers[0]);
    },
    describe: (model) => `${widthsOf(model).join('-')}, batch ${model.batch}`,
  },
};

/** Floating-point operations of the matrix products of one step. @param {Model} model */
export function flopsAStep(model) {
  return byNetwork[model.network].flopsAStep(model);
}

/** Weights and biases. @param {Model} model */
export function parameterCount(model) {
  const widths = widthsOf(model);
  return widths.slice(1).reduce((sum, to, i) => sum + (widths[i] + 1) * to, 0);
}

/** "784-256-32-256-784, batch 256". @param {Model} model */
export function describeModel(model) {
  return byNetwork[model.network].describe(model);
}
