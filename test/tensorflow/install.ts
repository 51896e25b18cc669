import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, installedFolder } from '../../src/engine/tensorflowFolder.ts';
import { withLock } from '../window/withLock.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Installs the native engine as users do, by the command line, unless this user has it. */
export default async function install(): Promise<void> {
  mkdirSync(cacheFolder(), { recursive: true });
  await withLock(join(cacheFolder(), 'tensorflow.lock'), () => {
    if (existsSync(installedFolder())) return;
    console.log('Installs the native TensorFlow engine for tests (about 300 MB to download, a minute or two) ...');
    const { status } = spawnSync(process.execPath, ['dist/cli.js', 'setup', 'tensorflow'], { cwd: root, stdio: 'inherit' });
    if (status !== 0) throw new Error('the native TensorFlow engine could not be installed; the line above says why');
  });
}
