import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Far from the checkout: nothing of node_modules is to be found from here. */
const elsewhere = mkdtempSync(join(tmpdir(), 'latent-lab-vsix-'));
const vsix = join(elsewhere, 'latent-lab.vsix');
let files: string[] = [];

/** Unpacks the part of a VSIX that VS Code installs. */
function unpack(): string[] {
  const entries = unzipSync(readFileSync(vsix));
  for (const [name, bytes] of Object.entries(entries)) {
    if (name.endsWith('/')) continue;
    const path = join(elsewhere, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return Object.keys(entries).filter((name) => !name.endsWith('/'));
}

describe('the packed extension', () => {
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', '--out', vsix], {
      cwd: root,
      stdio: 'pipe',
    });
    files = unpack();
    console.log(`VSIX ${(statSync(vsix).size / 1024).toFixed(0)} kB`);
    for (const name of files.filter((f) => /dist\/[^/]*\.(js|css|wasm)$/.test(f)))
      console.log(`  ${name} ${(statSync(join(elsewhere, name)).size / 1024).toFixed(0)} kB`);
  }, 180_000);

  afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

  it('holds what it needs and nothing else', () => {
    expect(files.map((name) => name.replace(/^extension\//, '')).sort()).toMatchSnapshot();
  });

  it('trains where it was unpacked, without the checkout', () => {
    const cli = join(elsewhere, 'extension/dist/cli.js');
    const work = join(elsewhere, 'work');
    mkdirSync(work);
    const template = join(elsewhere, 'extension/media/templates/digits.latent.jsonc');
    const run = spawnSync(
      process.execPath,
      [cli, 'train', template, '--runs', join(work, 'runs'), '--set', 'training.epochs=2', '--json'],
      {
        cwd: work,
        encoding: 'utf8',
        env: { ...process.env, NODE_PATH: '' },
      },
    );
    expect(run.stderr).not.toMatch(/Error/);
    expect(run.status).toBe(0);
    const result = JSON.parse(run.stdout);
    expect(result).toMatchObject({ status: 'finished', epochs: 2, engine: 'wasm' });
    expect(existsSync(join(result.folder, 'events.jsonl'))).toBe(true);
    expect(existsSync(join(result.folder, 'picture.html'))).toBe(true);
  });

  it('keeps sources, tests and maps out', () => {
    expect(files.filter((name) => /\.(ts|tsx|map)$|extension\/(src|test|webview|node_modules)\//.test(name))).toEqual([]);
  });
});
