// The bundler: one file for each process. Use: node esbuild.mjs [--production] [--watch] [--quiet]
// or, for tests that need no bundle: node esbuild.mjs --engine-files
// LATENT_LAB_TARGET=linux-x64 (set by .ci/package.mjs) puts that platform's ONNX Runtime beside the bundles.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const has = (flag) => process.argv.includes(flag);
const production = has('--production');

/** What every bundle shares: minified for the package, with maps for us. */
const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'warning',
  // jsonc-parser's `main` is UMD, which esbuild cannot follow
  mainFields: ['module', 'main'],
  define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
};
// node-fetch: TensorFlow.js asks for it only where there is no fetch, and nothing here fetches
const forNode = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  outdir: 'dist',
  external: ['node-fetch'],
  // zod asks for the browser's navigator, about which VS Code's host complains in its log
  define: { ...shared.define, navigator: 'undefined' },
};

const bundles = [
  { ...forNode, entryPoints: { extension: 'src/extension.ts' }, external: ['vscode', 'node-fetch'] },
  {
    ...forNode,
    entryPoints: {
      trainerProgram: 'src/trainer/main.ts',
      headProgram: 'src/trainer/headWorker.ts',
      serverProgram: 'src/server/main.ts',
      cliProgram: 'src/cli.ts',
    },
  },
  {
    ...shared,
    entryPoints: { page: 'webview/page.tsx', savedPage: 'webview/savedPage/savedPage.ts', decodePage: 'webview/decode/decodePage.tsx' },
    outdir: 'dist',
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
];
const testSuite = { ...forNode, entryPoints: { 'test/index': 'test/host/index.ts' }, external: ['vscode', 'mocha', 'node-fetch'] };
if (!production && existsSync(join(root, 'test/host/index.ts'))) bundles.push(testSuite);

/** The WebAssembly files of the engine lie beside the bundles that load them. A file that is there stays: somebody may be reading it. */
function copyEngineFiles() {
  const from = join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm']) {
    const [source, copy] = [join(from, name), join(root, 'dist', name)];
    if (statSync(copy, { throwIfNoEntry: false })?.size !== statSync(source).size) cpSync(source, copy);
  }
}

/** The SIMD kernels: AssemblyScript without a runtime, compiled when a source is newer. */
async function buildKernels() {
  const folder = join(root, 'src/engine/kernels');
  const wasm = join(root, 'dist/kernels.wasm');
  const sources = readdirSync(folder).map((name) => join(folder, name));
  const newest = Math.max(...[...sources, fileURLToPath(import.meta.url)].map((file) => statSync(file).mtimeMs));
  if ((statSync(wasm, { throwIfNoEntry: false })?.mtimeMs ?? 0) > newest) return;
  const { default: asc } = await import('assemblyscript/asc');
  const options = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--use', 'abort=', '--importMemory', '--noExportMemory'];
  const { error, stderr } = await asc.main(['kernels.ts', '--baseDir', folder, '--outFile', 'kernels.wasm', ...options], {
    // renamed: nobody ever reads half a file
    writeFile(_name, bytes) {
      writeFileSync(`${wasm}.${process.pid}`, bytes);
      renameSync(`${wasm}.${process.pid}`, wasm);
    },
  });
  if (error) throw new Error(`the kernels do not compile: ${error.message}\n${stderr}`);
}

/** The library that onnxruntime_binding.node loads. Others are for graphics cards (Windows loads them by name when they are asked for) or copies. */
const runtimeLibraries = { linux: 'libonnxruntime.so.1', darwin: 'libonnxruntime.1.dylib', win32: 'onnxruntime.dll' };

/** ONNX Runtime cannot be bundled: for one platform, what of it is loaded lies beside the bundles, with its licence, which its npm packages lack. */
function copyOnnxRuntime(target) {
  const [platform, arch] = target.split('-');
  const modules = join(root, 'node_modules');
  const binaries = `bin/napi-v6/${platform}/${arch}`;
  if (!existsSync(join(modules, 'onnxruntime-node', binaries))) {
    console.log(`ONNX Runtime is not made for ${target}: this package is as the one for every platform, on WebAssembly`);
    return;
  }
  const files = ['package.json', ...['onnxruntime_binding.node', runtimeLibraries[platform]].map((name) => `${binaries}/${name}`)];
  const copied = join(root, 'dist/node_modules/onnxruntime-node');
  for (const file of files) cpSync(join(modules, 'onnxruntime-node', file), join(copied, file));
  // the same licence as ours, MIT, of another holder
  const licence = readFileSync(join(root, 'LICENSE'), 'utf8').replace(/^Copyright .*$/m, 'Copyright (c) Microsoft Corporation');
  const notices = 'Notices of the software inside: https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt';
  writeFileSync(join(copied, 'LICENSE'), `${licence.trimEnd()}\n\n${notices}\n`);
}

/** What starts a program of ours: Node keeps its compiled code in the temporary folder from then on, where it can (Node 22 and newer). */
function writeStarters() {
  for (const name of ['trainer', 'server', 'cli']) {
    const lines = ['#!/usr/bin/env node', "require('node:module').enableCompileCache?.();", `require('./${name}Program.js');`];
    writeFileSync(join(root, 'dist', `${name}.js`), `${lines.join('\n')}\n`, { mode: 0o755 });
  }
}

if (production) rmSync(join(root, 'dist'), { recursive: true, force: true });
mkdirSync(join(root, 'dist'), { recursive: true });
copyEngineFiles();
await buildKernels();
if (has('--engine-files')) process.exit();
writeStarters();
rmSync(join(root, 'dist/node_modules'), { recursive: true, force: true });
if (process.env.LATENT_LAB_TARGET) copyOnnxRuntime(process.env.LATENT_LAB_TARGET);
if (has('--watch')) {
  for (const options of bundles) await (await esbuild.context(options)).watch();
} else {
  await Promise.all(bundles.map((options) => esbuild.build(options)));
  if (!has('--quiet'))
    for (const name of readdirSync(join(root, 'dist')).sort())
      console.log(`${name.padEnd(32)} ${(statSync(join(root, 'dist', name)).size / 1024).toFixed(0).padStart(7)} kB`);
}
