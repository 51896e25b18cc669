// Penalties, top-k codes and tied weights, each with the models and corruptions that it meets.
const linear = { kind: 'linear', latent: 4, bias: true };
export const sigmoid = { kind: 'mlp', hidden: [], latent: 4, latentActivation: 'sigmoid' };
export const deep = (activation: string, latentActivation: string) => ({
  kind: 'mlp',
  hidden: [6, 5],
  latent: 4,
  activation,
  latentActivation,
});
export const kl = { latentKl: { target: 0.1, weight: 0.7 } };
const flags = { kind: 'mask', ratio: 0.4, flags: true };
export const noise = { kind: 'gaussian', sigma: 0.3 };
/** Sections of an experiment by a name that says what is in them. */
export const penaltyCases: Record<string, object> = {
  'L1 of linear codes': { model: linear, penalty: { latentL1: 0.3 } },
  'L1 of deep codes under noise': { model: deep('gelu', 'tanh'), corruption: noise, penalty: { latentL1: 0.3 } },
  'KL of one sigmoid layer': { model: sigmoid, penalty: kl },
  'KL of deep codes under a mask': { model: deep('tanh', 'sigmoid'), corruption: { kind: 'mask', ratio: 0.4 }, penalty: kl },
  'the 2 largest linear codes': { model: linear, penalty: { latentTopK: 2 } },
  'the largest deep code': { model: deep('elu', 'none'), corruption: noise, penalty: { latentTopK: 1 } },
  'as many codes as there are': { model: linear, penalty: { latentTopK: 4 } },
  'contractive, linear': { model: linear, penalty: { contractive: 0.5 } },
  'contractive, one sigmoid layer': { model: sigmoid, corruption: noise, penalty: { contractive: 0.5 } },
  'contractive, tanh and sigmoid': { model: deep('tanh', 'sigmoid'), penalty: { contractive: 0.5 } },
  'contractive, gelu and softplus': { model: deep('gelu', 'softplus'), corruption: noise, penalty: { contractive: 0.5 } },
  'contractive, elu and none': { model: deep('elu', 'none'), penalty: { contractive: 0.5 } },
  'contractive, relu and gelu': { model: deep('relu', 'gelu'), penalty: { contractive: 0.5 } },
  'contractive, no activation at all': { model: deep('none', 'none'), penalty: { contractive: 0.5 } },
  'contractive, flags': { model: deep('tanh', 'elu'), corruption: flags, penalty: { contractive: 0.5 } },
  'contractive, the 2 largest of a layer': { model: linear, penalty: { contractive: 0.5, latentTopK: 2 } },
  'contractive, the 2 largest of a deep code': { model: deep('softplus', 'tanh'), penalty: { contractive: 0.5, latentTopK: 2 } },
  'tied weights': { model: { ...deep('tanh', 'none'), tied: true } },
  'tied weights of one layer': { model: { ...sigmoid, tied: true }, corruption: noise },
  'tied weights beside flags': { model: { ...deep('elu', 'none'), tied: true }, corruption: flags },
  'tied weights, cross-entropy': { model: { ...deep('softplus', 'none'), tied: true }, loss: { kind: 'binaryCrossEntropy' } },
  'everything at once': {
    model: { ...deep('tanh', 'sigmoid'), tied: true },
    corruption: flags,
    loss: { over: 'masked' },
    penalty: { weights: 0.1, latentL1: 0.2, latentTopK: 3, ...kl, contractive: 0.3 },
  },
};
