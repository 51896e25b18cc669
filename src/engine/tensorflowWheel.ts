import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../experiment/problem.ts';
import { ProgramError, runProgram } from './runProgram.ts';

/** The TensorFlow that PyPI has for Python; its libraries are the same for us. */
const TENSORFLOW_VERSION = '2.21.0';
/** Wheels are made for one Python each; which does not matter, as nothing of Python is used. */
const PYTHON_OF_WHEEL = '3.12';
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
/** Folders of headers that the binding includes. */
const HEADERS = ['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/platform/', 'xla/tsl/c/'];

/** Takes out of a wheel the libraries and headers named on its command line: [wheel, folder, library, ..., '--', header folder, ...]. */
const UNPACK = `
import os, shutil, sys, zipfile
wheel, folder, *names = sys.argv[1:]
cut = names.index('--')
libraries, headers = names[:cut], names[cut + 1:]
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.namelist():
        place, name = entry.partition('/')[2], os.path.basename(entry)
        if name in libraries: path = os.path.join(folder, 'lib', name)
        elif name and any(place.startswith('include/' + start) for start in headers): path = os.path.join(folder, place)
        else: continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(entry) as source, open(path, 'wb') as target: shutil.copyfileobj(source, target, 1 << 20)
`;

/** A step's surroundings. */
export interface InstallStep {
  /** Folder of the half-made install. */
  folder: string;
  /** Folder of @tensorflow/tfjs-node in it. */
  packageFolder: string;
  say(line: string): void;
  show(text: string): void;
  signal: AbortSignal;
}

/** The first of these programs that starts. */
async function firstOf(programs: readonly string[], signal: AbortSignal): Promise<string | null> {
  for (const program of programs) {
    const starts = runProgram([program, '--version'], { signal }).then(
      () => true,
      () => false,
    );
    if (await starts) return program;
  }
  return null;
}

/**
 * Fetches TensorFlow's libraries and headers out of PyPI's wheel into the package's `deps`.
 * @throws UserError when Python or pip is missing, or PyPI cannot be reached
 */
async function fetchLibraries({ folder, packageFolder, show, signal }: InstallStep): Promise<void> {
  const python = await firstOf(['python3', 'python'], signal);
  if (python === null) throw new UserError('Python was not found: install Python 3 with pip (Debian: python3-pip) and run this again');
  const wheels = join(folder, 'wheel');
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const which = ['--python-version', PYTHON_OF_WHEEL, '--platform', `manylinux_2_27_${machine}`];
  const quiet = ['--progress-bar', 'off', '--disable-pip-version-check', '--no-cache-dir'];
  const what = ['--no-deps', '--only-binary=:all:', ...which, ...quiet, '--dest', wheels, `tensorflow-cpu==${TENSORFLOW_VERSION}`];
  try {
    // the folder is the file's only place: pip would else fill the machine's temporary folder with it
    await runProgram([python, '-m', 'pip', 'download', ...what], { env: { TMPDIR: folder }, signal });
  } catch (error) {
    if (!(error instanceof ProgramError) || signal.aborted) throw error;
    if (error.said.includes('No module named pip'))
      throw new UserError('pip was not found: install it for Python 3 (Debian: python3-pip) and run this again');
    show(error.said);
    const advice = 'check the network or pip’s index setting and run this again';
    throw new UserError(`pip could not fetch tensorflow-cpu ${TENSORFLOW_VERSION} (${error.lastWords}); ${advice}`);
  }
  const wheel = readdirSync(wheels).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new UserError(`pip left no wheel of tensorflow-cpu ${TENSORFLOW_VERSION} in ${wheels}; run this again`);
  const deps = join(packageFolder, 'deps');
  rmSync(deps, { recursive: true, force: true });
  await runProgram([python, '-c', UNPACK, join(wheels, wheel), deps, ...LIBRARIES, '--', ...HEADERS], { signal });
  rmSync(wheels, { recursive: true });
  // a fifth of the library is names for debuggers; without strip it stays
  for (const name of LIBRARIES) await runProgram(['strip', '--strip-unneeded', join(deps, 'lib', name)], { signal }).catch(() => {});
}

/**
 * Compiles tfjs-node's two C++ files against those libraries. They use Node-API, whose headers npm has by themselves: one
 * binding serves every Node.
 * @throws UserError when no compiler is there or it fails
 */
async function buildBinding({ folder, packageFolder, show, signal }: InstallStep): Promise<void> {
  const chosen = process.env.CXX ? [process.env.CXX] : [];
  const compiler = await firstOf([...chosen, 'g++', 'c++', 'clang++'], signal);
  if (compiler === null) throw new UserError('no C++ compiler was found: install one (Debian: g++) and run this again');
  const place = join('lib', 'napi-v8');
  const sources = ['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'];
  const headers = ['-Ideps/include', `-I${join(folder, 'node_modules/node-api-headers/include')}`];
  const flags = ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', ...headers];
  const links = ['-Ldeps/lib', ...LIBRARIES.map((name) => `-l:${name}`), '-Wl,-rpath,$ORIGIN/../../deps/lib'];
  mkdirSync(join(packageFolder, place), { recursive: true });
  try {
    const command = [...flags, ...sources, ...links, '-o', join(place, 'tfjs_binding.node')];
    await runProgram([compiler, ...command], { folder: packageFolder, signal });
  } catch (error) {
    if (!(error instanceof ProgramError) || signal.aborted) throw error;
    show(error.said);
    throw new UserError(`${compiler} could not build the binding (${error.lastWords}); a g++ of version 9 or newer can: install it`);
  }
}

/**
 * Builds tfjs-node's binding against the libraries of PyPI's TensorFlow, where its own download cannot be had. Linux only:
 * the libraries of other systems are named and linked otherwise.
 * @throws UserError that says what is missing
 */
export async function buildAgainstWheel(step: InstallStep): Promise<void> {
  step.say(`3/5 Fetching TensorFlow ${TENSORFLOW_VERSION} from PyPI (about 275 MB)`);
  await fetchLibraries(step);
  step.say('4/5 Building the binding with the C++ compiler (about 10 seconds)');
  await buildBinding(step);
}
