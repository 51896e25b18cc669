// Least-squares autoencoders that engines are held against each other with.
const model = { kind: 'linear', parameterization: 'leastSquares', latent: 3 };
const mask = { kind: 'mask', ratio: 0.4 };
/** Sections of least-squares autoencoders whose every step is well conditioned. */
export const cases: Record<string, object> = {
  'without corruption': { model },
  'without corruption, with a bias, at ridge 0': { model: { ...model, ridge: 0, bias: true } },
  'under noise': { model, corruption: { kind: 'gaussian', sigma: 0.3 } },
  'under masks': { model, corruption: mask },
  'under masks, with a bias': { model: { ...model, bias: true }, corruption: mask },
  'under masks, masked': { model, corruption: mask, loss: { over: 'masked' } },
  'under masks, visible': { model, corruption: mask, loss: { over: 'visible' } },
  'under masks, as many codes as inputs': { model: { ...model, latent: 7 }, corruption: mask },
  'under masks, with a penalty of the weights': { model, corruption: mask, penalty: { weights: 0.02 } },
};
/** Without a ridge some rows have fewer visible inputs than codes. */
export const deficientCases: Record<string, object> = {
  'under masks, at ridge 0': { model: { ...model, ridge: 0 }, corruption: mask },
  'under masks, at ridge 0, with a bias': { model: { ...model, ridge: 0, bias: true }, corruption: mask, loss: { over: 'masked' } },
  'under masks, at ridge 0, as many codes as inputs': { model: { ...model, ridge: 0, latent: 7 }, corruption: mask },
};
