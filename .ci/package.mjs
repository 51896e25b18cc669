// Makes a VSIX: one for every platform, on WebAssembly, or with `--target linux-x64` one for that platform with its ONNX Runtime.
// vsce does not tell the build for which platform it packs, so this tells both. Other options are vsce's.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const vsce = fileURLToPath(import.meta.resolve('@vscode/vsce/vsce'));
const args = process.argv.slice(2);
const { target } = parseArgs({ args, options: { target: { type: 'string', short: 't' } }, strict: false }).values;
const env = { ...process.env, LATENT_LAB_TARGET: target ?? '' };
const { status } = spawnSync(process.execPath, [vsce, 'package', '--no-dependencies', ...args], { cwd: root, env, stdio: 'inherit' });
process.exitCode = status ?? 1;
