import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../experiment/problem.ts';
import { ProgramError, runProgram } from './runProgram.ts';
import { installedFolder, packageIn, TFJS_NODE_VERSION } from './tensorflowFolder.ts';
import { buildAgainstWheel, type InstallStep } from './tensorflowWheel.ts';

/** What is on the disk at the fullest moment: the wheel beside its unpacked libraries. */
const NEEDED_BYTES = 1.5e9;
/** tfjs-node's own download has begun by then, or its host cannot be reached. */
const SILENCE_MS = 15_000;
/** No download takes longer. */
const LIMIT_MS = 15 * 60_000;
/** What the engine loads; everything else only builds it. */
const KEPT = { packages: ['@tensorflow/tfjs-node', 'google-protobuf'], inPackage: ['package.json', 'dist', 'lib', 'deps', 'README.md'] };

/** What an install tells, asks and obeys. */
export interface TensorflowInstall {
  /** Takes one plain line a step: "3/5 Fetching ...". */
  say(line: string): void;
  /** Takes the last lines of a program that failed, for those who want to know more than the sentence. */
  show(text: string): void;
  /** Loads the engine from a package folder in a process of its own and computes; resolves with the engine's description. */
  prove(packageFolder: string): Promise<string>;
  /** Ends the install early; nothing is left behind. */
  signal: AbortSignal;
}

/**
 * Installs the native TensorFlow engine for this user, outside any project: tfjs-node from npm, then its own download of
 * libtensorflow, or else a binding built against PyPI's TensorFlow. It appears by rename once it computed right.
 * @returns the engine's description and the folder it lies in
 * @throws UserError of one sentence: what failed and what to do
 */
export async function installTensorflow(install: TensorflowInstall): Promise<{ description: string; folder: string }> {
  const folder = installedFolder();
  if (existsSync(folder)) {
    const works = await install.prove(packageIn(folder)).catch(() => null);
    if (works !== null) return { description: works, folder };
    install.say(`0/5 Taking away an install that no longer computes (${folder})`);
    rmSync(folder, { recursive: true });
  }
  const scratch = await makeScratch(folder);
  const step: InstallStep = { ...install, folder: scratch, packageFolder: packageIn(scratch) };
  try {
    await fetchPackages(step);
    const description = (await installByItself(step, install)) ?? (await installFromWheel(step, install));
    if (!existsSync(folder)) renameSync(scratch, folder);
    return { description, folder };
  } catch (error) {
    if (install.signal.aborted) throw new UserError('the install was cancelled; nothing was left behind');
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A folder beside the final one, named after this process; those of processes that died are taken away. */
async function makeScratch(folder: string): Promise<string> {
  const cache = dirname(folder);
  try {
    mkdirSync(cache, { recursive: true });
  } catch (error) {
    throw new UserError(`${cache} cannot be written (${(error as Error).message}); set LATENT_LAB_CACHE to a folder that can`);
  }
  const halfName = `${basename(folder)}.half-`;
  for (const name of readdirSync(cache))
    if (name.startsWith(halfName) && !isAlive(Number(name.slice(halfName.length))))
      rmSync(join(cache, name), { recursive: true, force: true });
  const { bavail, bsize } = await statfs(cache);
  const [free, needed] = [bavail * bsize, NEEDED_BYTES].map((bytes) => (bytes / 1e9).toFixed(1));
  if (bavail * bsize < NEEDED_BYTES)
    throw new UserError(`${cache} has ${free} GB free and the install needs ${needed}; make room, or set LATENT_LAB_CACHE to another disk`);
  const scratch = join(cache, halfName + process.pid);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
  return scratch;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** npm's settings as an outer `npm run` passes them down would send the install to the wrong folder. */
function withoutOuterNpm(): NodeJS.ProcessEnv {
  const outer = Object.keys(process.env).filter((name) => /^npm_(config_(local_|global_)?prefix|package_|lifecycle_)/i.test(name));
  return { ...Object.fromEntries(outer.map((name) => [name, undefined])), NODE_ENV: '' };
}

/** tfjs-node with what installs it. Of TensorFlow.js it needs the core only, and that is ours when it runs. */
async function fetchPackages({ folder, say, show, signal }: InstallStep): Promise<void> {
  say(`1/5 Fetching @tensorflow/tfjs-node ${TFJS_NODE_VERSION} from npm (about 10 MB)`);
  const wanted = {
    private: true,
    dependencies: { '@tensorflow/tfjs-node': TFJS_NODE_VERSION, 'node-api-headers': '1.9.0' },
    overrides: { '@tensorflow/tfjs': `npm:@tensorflow/tfjs-core@${TFJS_NODE_VERSION}` },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(wanted, null, 2)}\n`);
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  try {
    await runProgram(['npm', 'install', ...quiet], { folder, env: withoutOuterNpm(), signal });
  } catch (error) {
    if (!(error instanceof ProgramError) || signal.aborted) throw error;
    if (error.isMissing) throw new UserError('npm was not found: install Node.js 20 or newer, which brings it, and run this again');
    show(error.said);
    throw new UserError(`npm could not fetch @tensorflow/tfjs-node (${error.lastWords}); check the network and run this again`);
  }
}

/** tfjs-node's own install, which downloads libtensorflow and its binding. Null where that does not give an engine that computes. */
async function installByItself(step: InstallStep, install: TensorflowInstall): Promise<string | null> {
  const { folder, packageFolder, say, signal } = step;
  say('2/5 Asking for the ready-made libtensorflow of tfjs-node (about 180 MB)');
  const deps = join(packageFolder, 'deps');
  const hasBegun = () => (existsSync(deps) && readdirSync(deps).length > 0) || existsSync(join(packageFolder, 'scripts/_tmp.zip'));
  const silence = new AbortController();
  const timer = setTimeout(() => hasBegun() || silence.abort(), SILENCE_MS);
  const path = `${join(folder, 'node_modules/.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
  try {
    await runProgram([process.execPath, 'scripts/install.js'], {
      folder: packageFolder,
      env: { ...withoutOuterNpm(), PATH: path },
      signal: AbortSignal.any([signal, silence.signal, AbortSignal.timeout(LIMIT_MS)]),
    });
    return await finish(step, install);
  } catch (error) {
    if (signal.aborted) throw error;
    const why = silence.signal.aborted ? 'its host does not answer' : error instanceof ProgramError ? error.lastWords : String(error);
    say(`2/5 That cannot be had here: ${why}`);
    return null;
  } finally {
    clearTimeout(timer);
  }
}

async function installFromWheel(step: InstallStep, install: TensorflowInstall): Promise<string> {
  if (process.platform !== 'linux')
    throw new UserError('the download of tfjs-node failed, and the other way works on Linux only; check the network and run this again');
  rmSync(join(step.packageFolder, 'lib'), { recursive: true, force: true });
  await buildAgainstWheel(step);
  try {
    return await finish(step, install);
  } catch (error) {
    if (!(error instanceof ProgramError) || install.signal.aborted) throw error;
    install.show(error.said);
    throw new UserError(`the engine was built and does not compute here (${error.lastWords}); use "auto", which needs none of this`);
  }
}

/** The engine computes, and what only built it is gone. */
async function finish(step: InstallStep, install: TensorflowInstall): Promise<string> {
  step.say('5/5 Trying the engine');
  const description = await install.prove(step.packageFolder);
  const modules = join(step.folder, 'node_modules');
  keepOnly(modules, [...KEPT.packages.map((name) => name.split('/')[0]!)]);
  keepOnly(join(modules, '@tensorflow'), ['tfjs-node']);
  keepOnly(step.packageFolder, KEPT.inPackage);
  rmSync(join(step.packageFolder, 'deps/include'), { recursive: true, force: true });
  return description;
}

function keepOnly(folder: string, names: readonly string[]): void {
  for (const name of readdirSync(folder)) if (!names.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
}
