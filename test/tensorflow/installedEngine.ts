import { fileURLToPath } from 'node:url';
import { createTensorflowEngine } from '../../src/engine/tensorflowEngine.ts';
import { findTensorflow } from '../../src/engine/tensorflowFolder.ts';

/** Folder of the package that the set-up of this suite installed. */
export function packageFolder(): string {
  const folder = findTensorflow('/');
  if (folder === null) throw new Error('the native TensorFlow engine is not installed');
  return folder;
}

/** Folder of the bundles, which are built before this suite. */
export const engineFolder = fileURLToPath(new URL('../../dist', import.meta.url));

/** The engine under test. */
export const installedEngine = () => createTensorflowEngine(packageFolder(), engineFolder);
