import { UserError } from '../experiment/problem.ts';
import type { Engine, EngineKind } from './engine.ts';
import { testEngine } from './testEngine.ts';

/** Engines in the order in which "auto" tries them. */
export const engineKinds: readonly EngineKind[] = ['compiled', 'tensorflow', 'wasm'];

/** An engine that runs here, and in a few words why it is this one. */
export interface ChosenEngine {
  engine: Engine;
  reason: string;
  /** Engines that "auto" would rather have taken, with why not; null when there are none. */
  passedOver: string | null;
  /** The same where one of them is broken or cannot run this experiment: to be told once. One that is merely not there alarms nobody. */
  warning: string | null;
}

/** Where the engines lie. */
export interface EnginePlace {
  /** Folder of the bundles: WebAssembly files, and native libraries beside them. */
  engineFolder: string;
}

/** An engine that is not there; nothing is wrong. */
class NotInstalled extends UserError {
  constructor(
    readonly what: string,
    remedy: string,
  ) {
    super(`${what}: ${remedy}`);
  }
}

/** Each engine is loaded only when it is wanted: the largest takes a second and half a gigabyte. */
const makers: Readonly<Record<EngineKind, (engineFolder: string) => Promise<Engine>>> = {
  compiled: async (engineFolder) => {
    const { whyNoOnnxRuntime } = await import('./compiled/onnxRuntime.ts');
    const missing = whyNoOnnxRuntime(engineFolder);
    if (missing !== null)
      throw new NotInstalled(missing, 'install the package of Latent Lab for this platform, or use engine "auto" or "wasm"');
    return (await import('./compiled/compiledEngine.ts')).createCompiledEngine(engineFolder);
  },
  tensorflow: async (engineFolder) => {
    const { findTensorflow } = await import('./tensorflowFolder.ts');
    const folder = findTensorflow(engineFolder);
    if (folder === null)
      throw new NotInstalled(
        'TensorFlow’s native library is not installed',
        'run the command Latent Lab: Install Native TensorFlow, or `latent-lab setup tensorflow`',
      );
    return (await import('./tensorflowEngine.ts')).createTensorflowEngine(folder, engineFolder);
  },
  wasm: async (engineFolder) => (await import('./wasmEngine.ts')).createWasmEngine(engineFolder),
};

/** What to do about an engine that does not work. */
const remedies: Readonly<Record<EngineKind, string>> = {
  compiled: 'install Latent Lab again, or use engine "wasm"',
  tensorflow: '`latent-lab setup tensorflow` installs it again',
  wasm: 'install Latent Lab again',
};

const wordsOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String((error as { message?: unknown } | null)?.message ?? error);
  return message.split('\n')[0]!.replace(/\.$/, '');
};

/**
 * An engine that has proven itself on stored numbers.
 * @throws UserError when it is not installed, does not start or computes wrongly
 */
export async function startEngine(kind: EngineKind, { engineFolder }: EnginePlace): Promise<Engine> {
  try {
    const engine = await makers[kind](engineFolder);
    await testEngine(engine);
    return engine;
  } catch (error) {
    if (error instanceof NotInstalled) throw error;
    throw new UserError(`engine "${kind}" does not run here (${wordsOf(error)}); ${remedies[kind]}`);
  }
}

/**
 * The engine of a run: the one that is wanted, with "auto" the first that works here.
 * @param unfit with "auto": engines that cannot run this experiment, and why
 * @throws UserError when the wanted engine, or with "auto" every engine, does not work here
 */
export async function chooseEngine(
  wanted: 'auto' | EngineKind,
  where: EnginePlace,
  unfit: Readonly<Partial<Record<EngineKind, string>>> = {},
): Promise<ChosenEngine> {
  if (wanted !== 'auto') return { engine: await startEngine(wanted, where), reason: 'as asked', passedOver: null, warning: null };
  const failures = Object.values(unfit);
  let isAlarming = failures.length > 0;
  let last: unknown;
  for (const kind of engineKinds.filter((one) => !(one in unfit))) {
    try {
      const engine = await startEngine(kind, where);
      const passedOver = failures.length > 0 ? `${failures.join('; ')}: this run is computed on "${kind}"` : null;
      const reason = passedOver ?? 'the first choice of "auto", and it passed its self-test';
      return { engine, reason, passedOver, warning: isAlarming ? passedOver : null };
    } catch (error) {
      last = error;
      isAlarming ||= !(error instanceof NotInstalled);
      failures.push(error instanceof NotInstalled ? error.what : wordsOf(error));
    }
  }
  throw last;
}
