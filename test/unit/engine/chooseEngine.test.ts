import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { chooseEngine, startEngine } from '../../../src/engine/chooseEngine.ts';
import { whyNoOnnxRuntime } from '../../../src/engine/compiled/onnxRuntime.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const dist = join(root, 'dist');
const work = mkdtempSync(join(tmpdir(), 'latent-lab-choose-'));
const { platform, arch } = process;
// TensorFlow is not installed, whatever this user has
process.env.LATENT_LAB_CACHE = join(work, 'cache');
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A folder as an installed one, with the engines' WebAssembly; `runtime` puts what is wanted of ONNX Runtime beside it. */
function installed(runtime: (folder: string) => void = () => {}): { engineFolder: string } {
  const engineFolder = mkdtempSync(join(work, 'dist-'));
  for (const name of readdirSync(dist).filter((file) => file.endsWith('.wasm'))) cpSync(join(dist, name), join(engineFolder, name));
  runtime(join(engineFolder, 'node_modules/onnxruntime-node'));
  return { engineFolder };
}

function manifestOnly(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'onnxruntime-node', version: '0.0.0' }));
}

/** The package with a library of another machine, or of none. */
function broken(folder: string): void {
  const binaries = join(folder, 'bin/napi-v6', platform, arch);
  mkdirSync(binaries, { recursive: true });
  manifestOnly(folder);
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/binding.js'), `require('../bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node');`);
  writeFileSync(join(binaries, 'onnxruntime_binding.node'), 'no library');
}

describe('an engine that is not there', () => {
  test('is passed over without an alarm, and the choice says so', async () => {
    const { engine, reason, passedOver, warning } = await chooseEngine('auto', installed());
    expect(engine.kind).toBe('wasm');
    expect(reason).toBe(passedOver);
    expect(reason).toBe(
      'ONNX Runtime is not part of this package; TensorFlow’s native library is not installed: this run is computed on "wasm"',
    );
    expect(warning).toBeNull();
  });

  test('for this machine is one that is not there', async () => {
    const where = installed(manifestOnly);
    expect(whyNoOnnxRuntime(where.engineFolder)).toBe(`ONNX Runtime has no library for ${platform}-${arch} here`);
    expect(await chooseEngine('auto', where)).toMatchObject({ engine: { kind: 'wasm' }, warning: null });
  });

  test('is refused with what to do when it is asked for', async () => {
    await expect(startEngine('compiled', installed())).rejects.toThrow(
      /^ONNX Runtime is not part of this package: install .* or use engine/,
    );
    await expect(startEngine('tensorflow', installed())).rejects.toThrow(/not installed: run the command .* setup tensorflow/);
  });
});

describe('an engine that is broken', () => {
  test('is passed over with a warning that names what is wrong', async () => {
    const { engine, reason, warning } = await chooseEngine('auto', installed(broken));
    expect(engine.kind).toBe('wasm');
    expect(warning).toBe(reason);
    expect(warning).toMatch(/^engine "compiled" does not run here \(.*onnxruntime_binding\.node.*\); install Latent Lab again/);
  });

  test('is refused when it is asked for', async () => {
    await expect(chooseEngine('compiled', installed(broken))).rejects.toThrow(/^engine "compiled" does not run here/);
  });

  test('is named when no engine works', async () => {
    await expect(chooseEngine('auto', { engineFolder: join(work, 'nowhere') })).rejects.toThrow('tfjs-backend-wasm.wasm is missing');
  });
});

describe('an engine that works', () => {
  test('is taken as asked', async () => {
    const chosen = await chooseEngine('wasm', installed());
    expect(chosen).toMatchObject({ engine: { kind: 'wasm' }, reason: 'as asked', passedOver: null, warning: null });
  });

  test('and cannot run the experiment is passed over with a warning', async () => {
    const unfit = { compiled: 'the compiled engine has no kernel "Einsum"' };
    const { engine, warning } = await chooseEngine('auto', installed(), unfit);
    expect(engine.kind).toBe('wasm');
    expect(warning).toMatch(/^the compiled engine has no kernel "Einsum".*: this run is computed on "wasm"$/);
  });

  if (existsSync(join(root, 'node_modules/onnxruntime-node/bin/napi-v6', platform, arch)))
    test('with ONNX Runtime beside it the first choice is the compiled one', async () => {
      const where = installed();
      symlinkSync(join(root, 'node_modules'), join(where.engineFolder, 'node_modules'));
      expect(await chooseEngine('auto', where)).toMatchObject({ engine: { kind: 'compiled' }, passedOver: null, warning: null });
    });
});
