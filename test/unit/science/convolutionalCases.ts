// Convolutional autoencoders that references and engines are held against each other with.
const model = (more: object) => ({ kind: 'convolutional', channels: [3, 2], latent: 3, activation: 'tanh', ...more });
const mask = { kind: 'mask', ratio: 0.4 };
const noise = { kind: 'gaussian', sigma: 0.3 };

/** An experiment's sections, and the size of its images. */
export interface ConvolutionalCase {
  sections: object;
  imageShape: [number, number];
}

const of = (imageShape: [number, number], sections: object): ConvolutionalCase => ({ imageShape, sections });

/** Cases by a name that says what is in them; all but relu are smooth. */
export const convolutionalCases: Record<string, ConvolutionalCase> = {
  'even sides': of([8, 8], { model: model({}) }),
  'odd sides': of([7, 7], { model: model({}), corruption: noise }),
  'sides of their own': of([5, 4], { model: model({ activation: 'softplus' }), corruption: noise }),
  'a strip': of([1, 6], { model: model({ kernelSize: 1 }) }),
  'one layer, relu': of([6, 5], { model: model({ channels: [4], activation: 'relu' }) }),
  'three layers down to a pixel': of([7, 5], { model: model({ channels: [2, 3, 4], activation: 'elu', latentActivation: 'tanh' }) }),
  'kernels of one pixel': of([4, 5], { model: model({ kernelSize: 1, activation: 'gelu' }) }),
  'kernels of two pixels': of([5, 6], { model: model({ kernelSize: 2 }), corruption: mask }),
  'kernels of five pixels, wider than the maps': of([6, 5], { model: model({ kernelSize: 5, outputActivation: 'sigmoid' }) }),
  'no activation': of([5, 5], { model: model({ activation: 'none' }), corruption: noise }),
  'a mask': of([5, 4], { model: model({}), corruption: mask }),
  'a mask without 1/p': of([5, 4], { model: model({}), corruption: { ...mask, rescale: false }, loss: { over: 'masked' } }),
  'flags as a second channel': of([5, 4], { model: model({}), corruption: { ...mask, flags: true }, loss: { over: 'visible' } }),
  'cross-entropy': of([5, 4], { model: model({ outputActivation: 'sigmoid' }), loss: { kind: 'binaryCrossEntropy' } }),
  'cross-entropy of what is masked': of([5, 4], {
    model: model({ channels: [2] }),
    corruption: { ...mask, flags: true },
    loss: { kind: 'binaryCrossEntropy', over: 'masked' },
  }),
  'a penalty of the weights': of([5, 4], { model: model({ latentActivation: 'sigmoid' }), penalty: { weights: 0.03 } }),
};

/** Penalties of codes, which the reference does not have. */
export const penalisedCases: Record<string, ConvolutionalCase> = {
  'L1 of codes': of([5, 4], { model: model({}), corruption: noise, penalty: { latentL1: 0.3 } }),
  'KL of codes': of([5, 4], { model: model({ latentActivation: 'sigmoid' }), penalty: { latentKl: { target: 0.1, weight: 0.7 } } }),
  'the 2 largest codes': of([5, 4], { model: model({}), corruption: mask, penalty: { latentTopK: 2 } }),
};
