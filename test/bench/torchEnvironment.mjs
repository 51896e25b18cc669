// A PyTorch from PyPI to compare with. Kept outside the checkout, one folder a version. Use: node test/bench/torchEnvironment.mjs
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../window/vscodeHost.mjs';
import { withLock } from '../window/withLock.mjs';

const versions = { torch: '2.15.0', numpy: '2.4.6' };
const isWindows = process.platform === 'win32';
const python3 = process.env.PYTHON || (isWindows ? 'python' : 'python3');

/** @typedef {{ python: string, env: NodeJS.ProcessEnv }} TorchEnvironment the program to start scripts with, and its variables */

/**
 * Installs PyTorch if it is not there yet.
 * @returns {Promise<TorchEnvironment>}
 * @throws Error that says what is missing
 */
export async function ensureTorch() {
  const folder = join(cacheFolder(), `torch-${versions.torch}`);
  mkdirSync(cacheFolder(), { recursive: true });
  // The folder appears by rename once it is whole, so its name is the mark that it can be trusted
  if (!existsSync(folder)) await withLock(`${folder}.lock`, () => existsSync(folder) || install(folder));
  const python = pythonOf(folder);
  // What torch.compile has compiled is kept too; it compiles without helper processes, which would wait beside a measurement
  const env = { ...process.env, TORCHINDUCTOR_CACHE_DIR: join(cacheFolder(), 'torch-inductor'), TORCHINDUCTOR_COMPILE_THREADS: '1' };
  // Importing torch takes three times as long where Python may not keep its byte code
  delete env.PYTHONDONTWRITEBYTECODE;
  if (existsSync(python)) return { python, env };
  return { python: python3, env: { ...env, PYTHONPATH: join(folder, 'site') } };
}

function pythonOf(folder) {
  return join(folder, isWindows ? 'Scripts/python.exe' : 'bin/python');
}

function install(folder) {
  const startMs = Date.now();
  // The Linux wheel links against CUDA's libraries and does not load without them, not even for the CPU
  console.error(`Fetching PyTorch ${versions.torch} from PyPI to compare with (on Linux 3 GB, 5 GB on disk) ...`);
  removeHalfInstalls(folder);
  const scratch = mkdtempSync(`${folder}.half-`);
  try {
    const wanted = Object.entries(versions).map(([name, version]) => `${name}==${version}`);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-cache-dir'];
    const hasVenv = run(python3, ['-m', 'venv', scratch]).status === 0;
    if (!hasVenv) console.error('There is no venv here (Debian: python3-venv); pip installs into a folder instead.');
    const installed = hasVenv
      ? run(pythonOf(scratch), [...pip, ...wanted])
      : run(python3, [...pip, '--target', join(scratch, 'site'), ...wanted]);
    if (installed.status !== 0) throw new Error(explainFailure(installed));
    renameSync(scratch, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  console.error(`PyTorch ${versions.torch} is ready (${Math.round((Date.now() - startMs) / 1000)} s).`);
}

function run(program, args) {
  return spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function explainFailure({ error, stderr }) {
  if (error) return `there is no ${python3} (${error.message}); install Python 3.11 or newer, or set PYTHON to it`;
  const lines = stderr.trim().split('\n');
  if (/No module named pip/.test(stderr)) return 'Python has no pip; install it (Debian: apt-get install python3-venv python3-pip)';
  return `pip could not install PyTorch: ${lines.slice(-3).join(' ')}`;
}

/** Called under the lock: whatever half is there was left by an install that was killed. */
function removeHalfInstalls(folder) {
  const halves = readdirSync(dirname(folder)).filter((name) => name.startsWith(`${basename(folder)}.half-`));
  for (const name of halves) rmSync(join(dirname(folder), name), { recursive: true, force: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await ensureTorch()).python);
