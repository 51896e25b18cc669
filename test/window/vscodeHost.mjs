// A real VS Code from npm: the server with its web workbench, for machines where the desktop program cannot be downloaded.
// Kept outside the checkout, one folder a version. Use: node test/window/vscodeHost.mjs [newest] [minimum]
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './withLock.mjs';

/** The versions we test on: `minimum` is what package.json's engines.vscode promises. Each runs on the Node that its VS Code ships. */
export const hosts = {
  newest: { vscode: '1.139.1', codeServer: '4.139.1', node: '24.21.0' },
  minimum: { vscode: '1.100.3', codeServer: '4.100.3', node: '20.20.2' },
};

/**
 * The native modules that the server needs, by their names in one version or another. The rest (Kerberos wants a system library, SQLite
 * takes a minute) is loaded on demand for things that we never do.
 */
const builtModules = ['@vscode/spdlog', '@vscode/native-watchdog', 'native-watchdog', 'node-pty'];

/** Where what tests and benchmarks install is kept, outside the checkout. */
export function cacheFolder() {
  const { LATENT_LAB_CACHE, XDG_CACHE_HOME } = process.env;
  return LATENT_LAB_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'latent-lab');
}

/**
 * Installs a VS Code server if it is not there yet.
 * @param {'newest' | 'minimum'} version
 * @returns {Promise<{ node: string, serverMain: string, vscode: string }>} the program that runs it, its entry, and the version of VS Code
 */
export async function ensureVsCodeHost(version = 'newest') {
  const host = hosts[version];
  if (!host) throw new Error(`No VS Code host is called ${version}: use ${Object.keys(hosts).join(' or ')}.`);
  if (process.platform !== 'linux')
    throw new Error(
      'The VS Code server host is for Linux: elsewhere set LATENT_LAB_DESKTOP=1 or VSCODE_EXECUTABLE to test in desktop VS Code.',
    );
  const folder = join(cacheFolder(), `vscode-${host.vscode}-node-${host.node}-linux-${process.arch}`);
  mkdirSync(cacheFolder(), { recursive: true });
  // The folder appears by rename once it is whole, so its name is the mark that it can be trusted
  if (!existsSync(folder)) await withLock(`${folder}.lock`, () => existsSync(folder) || installHost(host, folder));
  return {
    node: join(folder, nodeFolder, 'bin/node'),
    serverMain: join(folder, serverFolder, 'out/server-main.js'),
    vscode: host.vscode,
  };
}

const nodePackage = `node-linux-${process.arch}`;
const nodeFolder = `node_modules/${nodePackage}`;
const serverFolder = 'node_modules/code-server/lib/vscode';

async function installHost(host, folder) {
  const startMs = Date.now();
  console.error(`Fetching VS Code ${host.vscode} for tests (npm code-server@${host.codeServer}, 800 MB on disk, about a minute) ...`);
  removeHalfInstalls(folder);
  const scratch = mkdtempSync(`${folder}.half-`);
  try {
    const server = join(scratch, serverFolder);
    const install = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];
    writeFileSync(join(scratch, 'package.json'), '{ "private": true }\n');
    await npm([...install, `${nodePackage}@${host.node}`], scratch, scratch);
    await npm([...install, `code-server@${host.codeServer}`], scratch, scratch);
    await npm([...install, '--omit=dev'], server, scratch);
    const built = builtModules.filter((name) => existsSync(join(server, 'node_modules', name)));
    await npm(['rebuild', '--ignore-scripts=false', ...built], server, scratch);
    renameSync(scratch, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  console.error(`VS Code ${host.vscode} is ready (${Math.round((Date.now() - startMs) / 1000)} s).`);
}

/** Called under the lock: whatever half is there was left by an install that was killed. */
function removeHalfInstalls(folder) {
  const halves = readdirSync(dirname(folder)).filter((name) => name.startsWith(`${basename(folder)}.half-`));
  for (const name of halves) rmSync(join(dirname(folder), name), { recursive: true, force: true });
}

/** Runs npm under the host's own Node, whose headers build its native modules; what npm says is shown only when it fails. */
function npm(args, cwd, scratch) {
  const nodeHome = join(scratch, nodeFolder);
  const env = { ...process.env };
  // An outer `npm run` passes its project's settings down as variables; these would send the install to the wrong folder
  for (const name of Object.keys(env))
    if (/^npm_(config_(local_|global_)?prefix|config_ignore_scripts|package_|lifecycle_)/i.test(name)) delete env[name];
  Object.assign(env, { PATH: `${join(nodeHome, 'bin')}:${env.PATH}`, npm_config_nodedir: nodeHome, NODE_ENV: '' });
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(explainFailure(args, said)))));
  });
}

function explainFailure(args, said) {
  const missing = /not found: (make|g\+\+|cc)|find Python/i.exec(said);
  const advice = missing ? `\nA compiler is missing: install g++, make and python3 (Debian: apt-get install build-essential python3).` : '';
  return `npm ${args.join(' ')} failed:\n${said.slice(-4000)}${advice}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  for (const version of wanted.length ? wanted : Object.keys(hosts)) await ensureVsCodeHost(/** @type {'newest' | 'minimum'} */ (version));
}
