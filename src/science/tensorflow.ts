/** The one door to TensorFlow.js: everything else of the house imports tensors from here. */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

export type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
export * as tf from '@tensorflow/tfjs-core';
