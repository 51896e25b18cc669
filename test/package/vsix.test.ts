import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Far from the checkout: nothing of node_modules is to be found from here. */
const elsewhere = mkdtempSync(join(tmpdir(), 'latent-lab-vsix-'));
/** A home of its own: what a library leaves there is seen. */
const home = join(elsewhere, 'home');
mkdirSync(home);
/** Nothing that this user has installed is to be found either; and no CI, where some libraries are more discreet than with people. */
const env: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_PATH: '',
  LATENT_LAB_CACHE: join(elsewhere, 'cache'),
  HOME: home,
  XDG_CACHE_HOME: undefined,
};
for (const name of Object.keys(env)) if (/^(CI|GITHUB_ACTIONS|TF_BUILD|ORT_.*)$/.test(name)) delete env[name];
const { platform, arch } = process;
const binaries = join('node_modules/onnxruntime-node/bin/napi-v6', platform, arch);

/** A VSIX, unpacked as VS Code installs it. */
interface Package {
  folder: string;
  files: string[];
}

/** What `train --json` and the run's folder say. */
interface TrainedRun {
  result: { folder: string; status: string; epochs: number; engine: string };
  engine: { kind: string; description: string; reason: string };
  /** What the run warned of. */
  warnings: string[];
}

function makePackage(name: string, target: string | undefined): Package {
  const vsix = join(elsewhere, `${name}.vsix`);
  const more = target === undefined ? [] : ['--target', target];
  execFileSync(process.execPath, [join(root, '.ci/package.mjs'), '--out', vsix, ...more], { cwd: root, stdio: 'pipe' });
  const entries = Object.entries(unzipSync(readFileSync(vsix))).filter(([path]) => !path.endsWith('/'));
  for (const [path, bytes] of entries) {
    const place = join(elsewhere, name, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, bytes);
  }
  const sizes = entries.filter(([path]) => /dist\/[^/]*\.(js|css|wasm)$|\/bin\//.test(path));
  console.log(
    [`${name} VSIX ${kilobytes(statSync(vsix).size)}`, ...sizes.map(([path, { length }]) => `  ${path} ${kilobytes(length)}`)].join('\n'),
  );
  return { folder: join(elsewhere, name, 'extension'), files: entries.map(([path]) => path.replace(/^extension\//, '')).sort() };
}

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} kB`;

/** Trains the digits for two epochs, as installed; it has to go well. */
function train({ folder }: Package): TrainedRun {
  const runs = mkdtempSync(join(elsewhere, 'runs-'));
  const template = join(folder, 'media/templates/digits.latent.jsonc');
  const args = [join(folder, 'dist/cli.js'), 'train', template, '--runs', runs, '--set', 'training.epochs=2', '--json'];
  const run = spawnSync(process.execPath, args, { cwd: elsewhere, encoding: 'utf8', env });
  expect(run.stderr).not.toMatch(/Error/);
  expect(run.status).toBe(0);
  const result = JSON.parse(run.stdout) as TrainedRun['result'];
  const events = readFileSync(join(result.folder, 'events.jsonl'), 'utf8').trim().split('\n');
  const warned = events.map((line) => JSON.parse(line) as { kind: string; message: string }).filter(({ kind }) => kind === 'warned');
  const { engine } = JSON.parse(readFileSync(join(result.folder, 'resolved.json'), 'utf8')) as TrainedRun;
  return { result, engine, warnings: warned.map(({ message }) => message) };
}

/** What is inside, whatever machine it is for. */
const contentsOf = ({ files }: Package) => files.map((name) => name.replace(`${platform}/${arch}/`, `${platform}/<arch>/`));

function expectNoSources({ files }: Package): void {
  expect(files.filter((name) => /\.(ts|tsx|map)$|^(src|test|webview|node_modules)\//.test(name))).toEqual([]);
}

afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

if (platform === 'linux' && existsSync(join(root, binaries)))
  describe('the extension packed for this platform', () => {
    let packed: Package;
    beforeAll(() => {
      packed = makePackage('platform', `${platform}-${arch}`);
    }, 300_000);

    it('holds what it needs and nothing else', () => {
      expect(contentsOf(packed)).toMatchSnapshot();
      expectNoSources(packed);
      const licence = readFileSync(join(packed.folder, 'dist/node_modules/onnxruntime-node/LICENSE'), 'utf8');
      expect(licence).toMatch(/^MIT License\n\nCopyright \(c\) Microsoft Corporation\n\nPermission is hereby granted/);
    });

    it('trains on its own ONNX Runtime where it was unpacked', () => {
      const { result, engine, warnings } = train(packed);
      expect(result).toMatchObject({ status: 'finished', epochs: 2, engine: 'compiled' });
      expect(engine).toMatchObject({ kind: 'compiled', description: expect.stringMatching(/^ONNX Runtime \d/) });
      expect(warnings).toEqual([]);
    });

    it('leaves nothing in the home folder: no identifier, no record of use waiting to be sent', () => {
      expect(readdirSync(home, { recursive: true })).toEqual([]);
    });

    it('lists it as what "auto" takes', () => {
      const listed = spawnSync(process.execPath, [join(packed.folder, 'dist/cli.js'), 'engines', '--json'], { encoding: 'utf8', env });
      const rows = JSON.parse(listed.stdout) as { engine: string; works: boolean; isAuto: boolean }[];
      expect(rows.map(({ engine, works, isAuto }) => [engine, works, isAuto])).toEqual([
        ['compiled', true, true],
        ['tensorflow', false, false],
        ['wasm', true, false],
      ]);
    });

    it.each(['damaged', 'removed'])('trains on WebAssembly and says once why when its library is %s', (how) => {
      const library = join(packed.folder, 'dist', binaries, 'onnxruntime_binding.node');
      const bytes = readFileSync(library);
      rmSync(library);
      if (how === 'damaged') writeFileSync(library, 'no library');
      const { result, engine, warnings } = train(packed);
      expect(result).toMatchObject({ status: 'finished', engine: 'wasm' });
      expect(warnings).toEqual([engine.reason]);
      expect(engine.reason).toMatch(/^engine "compiled" does not run here \(.*onnxruntime_binding\.node.*this run is computed on "wasm"$/);
      writeFileSync(library, bytes);
    });
  });

describe('the extension packed for every platform', () => {
  let packed: Package;
  beforeAll(() => {
    packed = makePackage('universal', undefined);
  }, 300_000);

  it('holds what it needs and nothing else', () => {
    expect(contentsOf(packed)).toMatchSnapshot();
    expectNoSources(packed);
  });

  it('trains on WebAssembly where it was unpacked, without the checkout, and is not alarmed', () => {
    const { result, engine, warnings } = train(packed);
    expect(result).toMatchObject({ status: 'finished', epochs: 2, engine: 'wasm' });
    expect(engine.reason).toMatch(/^ONNX Runtime is not part of this package.*this run is computed on "wasm"$/);
    expect(warnings).toEqual([]);
    expect(existsSync(join(result.folder, 'picture.html'))).toBe(true);
  });

  it('refuses the engine that it does not hold, with what to do', () => {
    const template = join(packed.folder, 'media/templates/digits.latent.jsonc');
    const args = [join(packed.folder, 'dist/cli.js'), 'train', template, '--engine', 'compiled'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: elsewhere, encoding: 'utf8', env });
    expect(status).toBe(2);
    expect(stderr).toMatch(/ONNX Runtime is not part of this package: install the package .* for this platform/);
  });
});
