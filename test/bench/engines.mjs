// Every engine of the product against PyTorch, at equal work and equal loss. Use: npm run bench:engines -- [--quick] [--sizes A,B]
// Writes docs/benchmarks.md; with a flag only test/out/benchmarks.md, so that a part never replaces the whole.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import esbuild from 'esbuild';
import { compareSteps } from './compareSteps.mjs';
import { Contender } from './contender.mjs';
import { engineReport } from './engineReport.mjs';
import { models, noisy } from './models.mjs';
import { ensureTorch } from './torchEnvironment.mjs';
import { compareWholeRuns } from './wholeRuns.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const engines = ['compiled', 'tensorflow', 'wasm'];
/** Packages whose versions stand in the report where they are installed. */
const packages = ['@tensorflow/tfjs-core', 'onnxruntime-node', '@tensorflow/tfjs-node'];
/** Beside the bundles of the product, where the engines look for their files; the ending keeps it out of the package. */
const engineSteps = join(root, 'dist/engineSteps.cjs');

async function bundleEngineSteps() {
  await esbuild.build({
    entryPoints: [join(root, 'test/bench/engineSteps.ts')],
    outfile: engineSteps,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    mainFields: ['module', 'main'],
    external: ['node-fetch', 'onnxruntime-node', '@tensorflow/tfjs-node'],
    define: { 'process.env.NODE_ENV': '"production"', navigator: 'undefined' },
  });
}

/** Our contenders of a model: every engine, and on one model every engine with noise. */
function ourContenders(model, folder) {
  const command = (engine, sigma) => [process.execPath, engineSteps, JSON.stringify({ task: 'run', model, folder, engine, sigma })];
  const plain = engines.map((engine) => new Contender({ name: engine, side: 'ours', command: command(engine, 0) }));
  if (model.name !== noisy.name) return plain;
  const withNoise = engines.map(
    (engine) => new Contender({ name: `${engine} with noise`, side: 'ours', isChecked: false, command: command(engine, noisy.sigma) }),
  );
  return [...plain, ...withNoise];
}

/** PyTorch's contenders, eager first, whose losses are the reference; the last one measures the machine's peak. */
function torchContenders({ python, env }, model, folder) {
  const all = availableParallelism();
  const contender = (name, side, variant, threads) => {
    const command = [python, join(root, 'test/bench/torch_steps.py'), JSON.stringify({ variant, threads, model, folder })];
    return new Contender({ name, side, command, env });
  };
  const variants = (name, variant) => [...new Set([1, all])].map((threads) => contender(name, 'torch', variant, threads));
  return [
    ...variants('PyTorch eager', 'eager'),
    ...variants('PyTorch torch.compile', 'compile'),
    contender('PyTorch product', 'product', 'product', all),
  ];
}

async function compareModel(model, torch, rounds) {
  console.error(`${model.name}:`);
  const folder = mkdtempSync(join(tmpdir(), 'latent-lab-bench-'));
  try {
    execFileSync(process.execPath, [engineSteps, JSON.stringify({ task: 'write', model, folder })]);
    const theirs = torch === null ? [] : torchContenders(torch, model, folder);
    const contenders = [...ourContenders(model, folder), ...theirs];
    return { model, rows: await compareSteps(model, contenders, rounds), said: theirs[0]?.said ?? {} };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function versionsHere({ torch, numpy }) {
  const versions = { Node: process.versions.node };
  for (const name of packages) {
    const file = join(root, 'node_modules', name, 'package.json');
    if (existsSync(file)) versions[name] = JSON.parse(readFileSync(file, 'utf8')).version;
  }
  if (torch !== undefined) Object.assign(versions, { torch, numpy });
  return versions;
}

function readFlags() {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, sizes: { type: 'string' } } });
  const names = values.sizes?.split(',') ?? (values.quick ? ['A', 'B'] : models.map(({ name }) => name));
  const unknown = names.find((name) => !models.some((model) => model.name === name));
  if (unknown !== undefined) throw new Error(`--sizes: there is no ${unknown}; there are ${models.map(({ name }) => name).join(', ')}`);
  return { chosen: models.filter(({ name }) => names.includes(name)), isQuick: values.quick, isWhole: !values.quick && !values.sizes };
}

async function main() {
  const { chosen, isQuick, isWhole } = readFlags();
  const rounds = isQuick ? 3 : 7;
  const [load] = loadavg();
  let torchMissing = null;
  const torch = await ensureTorch().catch((error) => {
    torchMissing = error.message;
    console.error(`Without PyTorch: ${torchMissing}`);
    return null;
  });
  await bundleEngineSteps();
  const steps = [];
  for (const model of chosen) steps.push(await compareModel(model, torch, rounds));
  console.error('whole processes:');
  const wholeRuns = await compareWholeRuns(torch, isQuick ? 2 : 5);
  const report = engineReport({
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0].model.trim()}, ${availableParallelism()} cores`,
    load,
    versions: versionsHere(steps[0]?.said ?? {}),
    rounds,
    steps,
    wholeRuns,
    torchMissing,
  });
  const file = join(root, isWhole ? 'docs' : 'test/out', 'benchmarks.md');
  mkdirSync(join(root, isWhole ? 'docs' : 'test/out'), { recursive: true });
  writeFileSync(file, report);
  console.log(report);
  const wrong = steps.flatMap(({ model, rows }) => rows.filter(({ differs }) => differs).map(({ name }) => `${model.name} ${name}`));
  if (wrong.length > 0) {
    console.error(`Other losses than PyTorch's: ${wrong.join(', ')}`);
    process.exitCode = 1;
  }
}

await main();
