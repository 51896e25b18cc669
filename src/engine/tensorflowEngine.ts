import Module, { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import util from 'node:util';
import { tf } from '../science/tensorflow.ts';
import { prepareEagerly } from './eagerProgram.ts';
import type { Engine } from './engine.ts';
import { bindingOf } from './tensorflowFolder.ts';

const BACKEND = 'tensorflow';

/** What of tfjs-node's binding is read here. */
interface Binding {
  TF_Version: string;
}

interface BackendModule {
  NodeJSKernelBackend: new (binding: Binding, packageName: string) => tf.KernelBackend;
}

/** Node's own loader of modules; not in its types. */
type Load = (request: string, parent: unknown, isMain: boolean) => unknown;

/**
 * Our TensorFlow.js as tfjs-node wants it. Its backend is a class of before 2015, which calls the class it extends as a
 * function; a real class throws there.
 */
function coreForNode(): Record<string, unknown> {
  function KernelBackend() {}
  KernelBackend.prototype = tf.KernelBackend.prototype;
  return { ...tf, KernelBackend };
}

/**
 * Loads something whose modules ask for TensorFlow.js and gives them ours: with a copy of their own, tensors of one would meet
 * kernels of the other, and a second copy costs half a second.
 */
function loadWithOurCore<T>(load: () => T): T {
  const loader = Module as unknown as { _load: Load };
  const own = loader._load;
  const core = coreForNode();
  loader._load = function (this: unknown, request, parent, isMain) {
    return request === '@tensorflow/tfjs' || request === '@tensorflow/tfjs-core' ? core : own.call(this, request, parent, isMain);
  } satisfies Load;
  try {
    return load();
  } finally {
    loader._load = own;
  }
}

/** Version of libtensorflow once it is loaded: a process holds one. */
let loadedVersion: string | null = null;

function registerBackend(packageFolder: string): string {
  const path = bindingOf(packageFolder);
  if (path === null) throw new Error(`${packageFolder} has no native binding`);
  // tfjs-node calls two functions that Node 23 took away
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined, isArray: Array.isArray });
  // libtensorflow tells of the processor's features on stderr; errors are still told
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // oneDNN is on by itself on some processors only: it tells so on stderr, rounds otherwise, and halves the steps a second of small models
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';
  const require = createRequire(join(packageFolder, 'package.json'));
  const { NodeJSKernelBackend } = loadWithOurCore(() => {
    require('./dist/register_all_kernels.js');
    return require('./dist/nodejs_kernel_backend.js') as BackendModule;
  });
  const binding = require(path) as Binding;
  tf.registerBackend(BACKEND, () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'));
  return binding.TF_Version;
}

/**
 * Eager TensorFlow.js on libtensorflow: kernels and binding of @tensorflow/tfjs-node, everything above them ours. All its
 * operations are synchronous, and it takes about half a gigabyte of memory: for child processes only.
 * @param packageFolder folder of @tensorflow/tfjs-node with its binding, from `findTensorflow`
 * @param engineFolder folder of the bundles, with kernels.wasm
 * @throws Error when the binding or libtensorflow cannot be loaded
 */
export async function createTensorflowEngine(packageFolder: string, engineFolder: string): Promise<Engine> {
  loadedVersion ??= registerBackend(packageFolder);
  if (!(await tf.setBackend(BACKEND))) throw new Error(`libtensorflow did not start from ${packageFolder}`);
  // libtensorflow takes every core unless this variable says otherwise
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  return {
    kind: 'tensorflow',
    description: `TensorFlow.js ${tf.version_core} on libtensorflow ${loadedVersion}`,
    prepare: (program, parameters, rule, batchRows = 64) =>
      prepareEagerly(program, parameters, { rule, backend: BACKEND, threads, engineFolder, batchRows }),
  };
}
