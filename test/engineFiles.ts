import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Vitest's global setup: builds what engines load from dist, when it is not up to date. */
export default function buildEngineFiles(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../esbuild.mjs', import.meta.url)), '--engine-files'], { stdio: 'inherit' });
}
