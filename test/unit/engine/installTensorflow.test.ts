import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { installTensorflow } from '../../../src/engine/installTensorflow.ts';
import { bindingOf, findTensorflow, installedFolder, packageIn } from '../../../src/engine/tensorflowFolder.ts';

let work = '';
let said: string[] = [];

/** A program of this name on the PATH, which has nothing else. */
function put(name: string, script: string): void {
  writeFileSync(join(work, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(work, 'bin', name), 0o755);
}

/** An npm that lays down a tfjs-node whose own install does this. */
function putNpm(installScript: string): void {
  const package_ = 'node_modules/@tensorflow/tfjs-node';
  const make = `/bin/mkdir -p ${package_}/scripts ${package_}/dist ${package_}/src node_modules/google-protobuf node_modules/tar`;
  put('npm', `${make}\n/bin/cat > ${package_}/scripts/install.js <<'END'\n${installScript}\nEND`);
}

const makesBinding = `require('node:fs').mkdirSync('lib/napi-v8', { recursive: true });
require('node:fs').writeFileSync('lib/napi-v8/tfjs_binding.node', '');`;

function install(more: Partial<Parameters<typeof installTensorflow>[0]> = {}) {
  const prove = async (folder: string) => {
    if (bindingOf(folder) === null) throw new Error('no binding');
    return 'an engine';
  };
  return installTensorflow({
    say: (line) => said.push(line),
    show: () => {},
    prove,
    signal: new AbortController().signal,
    ...more,
  });
}

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'latent-lab-install-'));
  said = [];
  mkdirSync(join(work, 'bin'));
  vi.stubEnv('PATH', join(work, 'bin'));
  vi.stubEnv('CXX', '');
  vi.stubEnv('LATENT_LAB_CACHE', join(work, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(work, { recursive: true, force: true });
});

/** Programs of the PATH are shell scripts here. */
describe.runIf(process.platform === 'linux')('the install of the native engine', () => {
  test('takes what tfjs-node downloads by itself, keeps what the engine loads, and appears once it computes', async () => {
    putNpm(makesBinding);
    const proven: boolean[] = [];
    const prove = async () => {
      proven.push(existsSync(installedFolder()));
      return 'an engine';
    };
    expect(await install({ prove })).toEqual({ description: 'an engine', folder: installedFolder() });
    expect(proven).toEqual([false]);
    expect(findTensorflow('/')).toBe(packageIn(installedFolder()));
    expect(readdirSync(join(work, 'cache'))).toHaveLength(1);
    expect(readdirSync(join(installedFolder(), 'node_modules')).sort()).toEqual(['@tensorflow', 'google-protobuf']);
    expect(readdirSync(packageIn(installedFolder())).sort()).toEqual(['dist', 'lib']);
    expect(said.map((line) => line.slice(0, 3))).toEqual(['1/5', '2/5', '5/5']);
  });

  test('is done at once where it is installed, and starts again where that no longer computes', async () => {
    putNpm(makesBinding);
    await install();
    said = [];
    await install();
    expect(said).toEqual([]);
    const fails = vi.fn(async () => 'an engine').mockRejectedValueOnce(new Error('broken'));
    await install({ prove: fails });
    expect(said[0]).toMatch(/no longer computes/);
    expect(findTensorflow('/')).not.toBeNull();
  });

  test('takes away what installs that died left, and not what live ones are at', async () => {
    putNpm(makesBinding);
    const [dead, live] = [`${installedFolder()}.half-999999999`, `${installedFolder()}.half-${process.ppid}`];
    for (const folder of [dead, live]) mkdirSync(folder, { recursive: true });
    await install();
    expect([existsSync(dead), existsSync(live)]).toEqual([false, true]);
  });

  test.each([
    ['npm is missing', () => {}, 'npm was not found: install Node.js 20 or newer'],
    ['npm fails', () => put('npm', 'echo "npm error network refused" >&2; exit 1'), 'npm error network refused'],
    ['Python is missing', () => putNpm('process.exit(1)'), 'Python was not found: install Python 3 with pip'],
    [
      'pip is missing',
      () => {
        putNpm('process.exit(1)');
        put('python3', 'case "$*" in *pip*) echo "No module named pip" >&2; exit 1;; esac');
      },
      'pip was not found',
    ],
    [
      'PyPI cannot be reached',
      () => {
        putNpm('process.exit(1)');
        put('python3', 'case "$*" in *pip*) echo "ERROR: No matching distribution" >&2; exit 1;; esac');
      },
      'pip could not fetch tensorflow-cpu 2.21.0 (ERROR: No matching distribution); check the network',
    ],
    [
      'there is no compiler',
      () => {
        putNpm('process.exit(1)');
        put('python3', 'case "$*" in *pip*) /bin/mkdir -p "$TMPDIR/wheel"; : > "$TMPDIR/wheel/x.whl";; esac');
      },
      'no C++ compiler was found',
    ],
  ])('says in a sentence that %s, and leaves nothing behind', async (_, prepare, sentence) => {
    prepare();
    await expect(install()).rejects.toMatchObject({ name: 'UserError', message: expect.stringContaining(sentence) });
    expect(readdirSync(join(work, 'cache'))).toEqual([]);
  });

  test('says that a folder cannot be written', async () => {
    writeFileSync(join(work, 'file'), '');
    vi.stubEnv('LATENT_LAB_CACHE', join(work, 'file/cache'));
    await expect(install()).rejects.toThrow('cannot be written');
  });

  test('ends early when it is cancelled, with all that it started', async () => {
    const cancel = new AbortController();
    put('npm', `echo $$ > ${work}/pid; /bin/sleep 60`);
    const installing = install({ signal: cancel.signal });
    await vi.waitUntil(() => existsSync(join(work, 'pid')), 10_000);
    cancel.abort();
    await expect(installing).rejects.toThrow('the install was cancelled; nothing was left behind');
    expect(readdirSync(join(work, 'cache'))).toEqual([]);
  });
});

describe('where the native engine is looked for', () => {
  test('a package without its binding, as npm installs it without scripts, does not count', () => {
    const beside = join(work, 'product/dist');
    const package_ = packageIn(join(work, 'product'));
    mkdirSync(beside, { recursive: true });
    mkdirSync(package_, { recursive: true });
    writeFileSync(join(package_, 'package.json'), '{ "name": "@tensorflow/tfjs-node" }');
    expect(findTensorflow(beside)).toBeNull();
    for (const version of ['napi-v3', 'napi-v10', 'napi-v9']) {
      mkdirSync(join(package_, 'lib', version), { recursive: true });
      writeFileSync(join(package_, 'lib', version, 'tfjs_binding.node'), '');
    }
    expect(findTensorflow(beside)).toBe(package_);
    expect(bindingOf(package_)).toBe(join(package_, 'lib/napi-v10/tfjs_binding.node'));
  });
});
