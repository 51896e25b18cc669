import { join, sep } from 'node:path';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { tf } from '../science/tensorflow.ts';
import { prepareEagerly } from './eagerProgram.ts';
import type { Engine } from './engine.ts';
import { installTransposedGradient } from './transposedGradient.ts';

/**
 * Eager TensorFlow.js on WebAssembly: runs everywhere, one thread.
 * @param wasmFolder folder with tfjs-backend-wasm.wasm and tfjs-backend-wasm-simd.wasm
 * @throws Error when the files are missing or WebAssembly does not start
 */
export async function createWasmEngine(wasmFolder: string): Promise<Engine> {
  setWasmPaths(join(wasmFolder, sep));
  if (!(await tf.setBackend('wasm'))) throw new Error(`WebAssembly did not start from ${wasmFolder}`);
  installTransposedGradient('wasm');
  const isSimd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    kind: 'wasm',
    description: `TensorFlow.js ${version_wasm} on WebAssembly${isSimd ? ' (SIMD)' : ''}`,
    threads: 1,
    prepare: async (program, parameters, rule) => prepareEagerly(program, parameters, rule, 'wasm'),
  };
}
