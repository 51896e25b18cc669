import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Version of @tensorflow/tfjs-node: the last there is. */
export const TFJS_NODE_VERSION = '4.22.0';

/** Where the user's own copies of large things lie, outside any checkout and any extension. */
export function cacheFolder(): string {
  const { LATENT_LAB_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (LATENT_LAB_CACHE) return LATENT_LAB_CACHE;
  const home = process.platform === 'win32' && LOCALAPPDATA ? LOCALAPPDATA : XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(home, 'latent-lab');
}

/** Folder that the installer makes; it is there only once it is whole. */
export function installedFolder(): string {
  return join(cacheFolder(), `tensorflow-${TFJS_NODE_VERSION}-${process.platform}-${process.arch}`);
}

/** Folder of the package @tensorflow/tfjs-node inside a folder that npm installed it into. */
export function packageIn(folder: string): string {
  return join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
}

/**
 * The native binding of a package folder, of the newest Node-API version that was built.
 * @returns its path; null when none was built, as after an install without scripts
 */
export function bindingOf(packageFolder: string): string | null {
  const lib = join(packageFolder, 'lib');
  if (!existsSync(lib)) return null;
  const versionOf = (name: string) => Number(/^napi-v(\d+)$/.exec(name)?.[1] ?? 0);
  const found = readdirSync(lib).sort((a, b) => versionOf(b) - versionOf(a));
  return found.map((name) => join(lib, name, 'tfjs_binding.node')).find((path) => existsSync(path)) ?? null;
}

/**
 * Looks for @tensorflow/tfjs-node with its binding: the installer's first, then one that `require` finds.
 * @param beside folder from which `require` looks: that of the program's bundle
 * @returns folder of the package; null when there is none that can be loaded
 */
export function findTensorflow(beside: string): string | null {
  const places = [packageIn(installedFolder())];
  try {
    places.push(dirname(createRequire(join(beside, 'any.js')).resolve('@tensorflow/tfjs-node/package.json')));
  } catch {
    // not beside the product
  }
  return places.find((folder) => bindingOf(folder) !== null) ?? null;
}
