// The WebAssembly module: what it exports to kernelMemory.ts. AssemblyScript, no runtime: it computes at addresses it is given.
export { bounds, fillBernoulli, fillNormal, fillUniform, place } from './random';
export { firstNonFinite } from './finite';
export { adam, momentum, rule, sgd } from './optimizers';

/** First address that no constant of the module occupies: arrays may lie from here on. */
export const arraysStart: usize = __heap_base;
