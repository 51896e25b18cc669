import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const cli = join(root, 'dist/cli.js');
const work = mkdtempSync(join(tmpdir(), 'latent-lab-cli-'));

const small = {
  version: 1,
  task: 'autoencoder',
  data: { source: 'digits', label: 'digit' },
  model: { kind: 'mlp', hidden: [16], latent: 4 },
  training: { batchSize: 256, epochs: 2 },
};

/** Writes an experiment into a folder of its own and returns its path. */
function write(name: string, experiment: unknown): string {
  const folder = mkdtempSync(join(work, 'experiment-'));
  const path = join(folder, `${name}.latent.jsonc`);
  writeFileSync(path, typeof experiment === 'string' ? experiment : JSON.stringify(experiment, null, 2));
  return path;
}

function run(...args: string[]) {
  const result = spawnSync(process.execPath, [cli, ...args], { cwd: work, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** Runs `train` and expects it to refuse the experiment with a sentence, leaving no run behind. */
function refuse(experiment: unknown, ...more: string[]): string {
  const path = write('bad', experiment);
  const { code, out, err } = run('train', path, ...more);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).not.toMatch(/ {4}at /);
  expect(existsSync(join(path, '../.latent/runs'))).toBe(false);
  return err;
}

beforeAll(() => {
  execFileSync(process.execPath, ['esbuild.mjs', '--quiet'], { cwd: root });
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('latent-lab train', () => {
  it('trains, and prints one JSON document and nothing else on stdout', () => {
    const path = write('small', small);
    const { code, out } = run('train', path, '--json');
    expect(code).toBe(0);
    const result = JSON.parse(out);
    expect(result).toMatchObject({ status: 'finished', engine: expect.stringMatching(/^(compiled|wasm)$/), epochs: 2, steps: 10 });
    expect(result.metrics['validation.loss']).toBeGreaterThan(0);
    expect(result.folder).toBe(join(path, '../.latent/runs', result.run));
    expect(readdirSync(result.folder)).toEqual(
      expect.arrayContaining(['events.jsonl', 'experiment.jsonc', 'picture.html', 'resolved.json', 'summary.json']),
    );
    expect(readFileSync(join(path, '../.latent/.gitignore'), 'utf8').trim()).toBe('*');
  });

  it('tells people the run, its numbers and where its picture is in at most 8 lines', () => {
    const { code, out, err } = run('train', write('small', { ...small, name: 'A small one' }));
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(8);
    expect(lines[0]).toMatch(/^A small one {2}finished after .* s on (compiled|wasm)$/);
    expect(out).toMatch(/picture\.html/);
    expect(err).toMatch(/epoch 1\/2/);
  });

  it('writes equal events for the same seed and file, times aside', () => {
    const path = write('small', { ...small, corruption: { kind: 'gaussian', sigma: 0.25 } });
    const logs = [1, 2].map(() => {
      const { folder } = JSON.parse(run('train', path, '--json').out);
      return readFileSync(join(folder, 'events.jsonl'), 'utf8').replace(/"(timeMs|seconds)":[\d.e+-]+/g, '"$1":0');
    });
    expect(logs[1]).toBe(logs[0]);
  });

  it('takes settings from the command line and names the option when one is wrong', () => {
    const path = write('small', small);
    expect(JSON.parse(run('train', path, '--set', 'training.epochs=1', '--json').out)).toMatchObject({ epochs: 1 });
    const { code, err } = run('train', path, '--set', 'model.latent=0');
    expect(code).toBe(2);
    expect(err).toContain('--set model.latent=0');
  });

  it('ends as stopped with 130 and a checkpoint on Ctrl-C', async () => {
    const path = write('long', { ...small, training: { batchSize: 64, epochs: 100_000 } });
    const child = spawn(process.execPath, [cli, 'train', path, '--json'], { cwd: work });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    await new Promise<void>((resolve) => waitFor(join(path, '../.latent/runs'), resolve));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    const result = JSON.parse(out);
    expect(result).toMatchObject({ status: 'stopped', reason: 'stopped by the user' });
    expect(readdirSync(join(result.folder, 'checkpoints'))).toContain(String(result.steps));
  });
});

/** Calls back when a run in the folder has logged a step. */
function waitFor(runs: string, done: () => void): void {
  const look = setInterval(() => {
    const [id] = existsSync(runs) ? readdirSync(runs) : [];
    const log = id === undefined ? '' : join(runs, id, 'events.jsonl');
    if (log === '' || !existsSync(log) || !readFileSync(log, 'utf8').includes('stepFinished')) return;
    clearInterval(look);
    done();
  }, 20);
}

describe('bad input is one sentence and exit code 2', () => {
  it('a missing file', () => {
    const { code, err } = run('train', 'nowhere.latent.jsonc');
    expect(code).toBe(2);
    expect(err).toContain('nowhere.latent.jsonc: there is no such file');
  });

  it('an unknown key, with the one that was meant', () => {
    expect(refuse({ ...small, model: { kind: 'mlp', laten: 4 } })).toMatch(/laten.*did you mean.*latent/);
  });

  it('an unknown label column, with the columns there are', () => {
    const path = write('table', { ...small, data: { source: 'table.csv', label: 'klass' } });
    writeFileSync(join(path, '../table.csv'), 'a,b,class\n1,2,x\n3,4,y\n');
    const { code, err } = run('train', path);
    expect(code).toBe(2);
    expect(err).toMatch(/klass.*class/);
  });

  it('latent 0', () => {
    expect(refuse({ ...small, model: { kind: 'mlp', latent: 0 } })).toContain('model.latent');
  });

  it('a ratio of 1', () => {
    expect(refuse({ ...small, corruption: { kind: 'mask', ratio: 1 } })).toContain('corruption.ratio');
  });

  it('a table with text in a number column, naming row and column', () => {
    const path = write('table', { ...small, data: { source: 'table.csv' } });
    writeFileSync(join(path, '../table.csv'), 'a,b\n1,2\n3,four\n');
    const { code, err } = run('train', path);
    expect(code).toBe(2);
    expect(err).toMatch(/four/);
    expect(err).toMatch(/\bb\b/);
    expect(err).toMatch(/3/);
  });

  it('a runs folder that cannot be written', () => {
    const path = write('small', small);
    const file = join(path, '../plain');
    writeFileSync(file, '');
    const { code, err } = run('train', path, '--runs', join(file, 'runs'));
    expect(code).toBe(2);
    expect(err).toContain(join(file, 'runs'));
  });

  it('a runs folder of a newer version', () => {
    const path = write('small', small);
    const latent = join(path, '../.latent');
    mkdirSync(latent);
    writeFileSync(join(latent, 'version'), '2\n');
    const { code, err } = run('train', path);
    expect(code).toBe(2);
    expect(err).toMatch(/newer version/);
    expect(existsSync(join(latent, 'runs'))).toBe(false);
  });

  it('what is not built yet, by its name', () => {
    expect(refuse({ ...small, model: { kind: 'custom' } })).toMatch(/not built yet.*models of your own/);
    expect(run('export', 'x').err).toMatch(/not built yet/);
  });

  it('the native engine where it is not installed, with what installs it', () => {
    const path = write('small', small);
    const env = { ...process.env, LATENT_LAB_CACHE: join(work, 'empty') };
    const { status, stderr } = spawnSync(process.execPath, [cli, 'train', path, '--engine', 'tensorflow'], { encoding: 'utf8', env });
    expect(status).toBe(2);
    expect(stderr).toMatch(/Latent Lab: Install Native TensorFlow, or `latent-lab setup tensorflow`/);
    expect(existsSync(join(path, '../.latent/runs'))).toBe(false);
    expect(run('setup', 'torch')).toMatchObject({ code: 2, err: expect.stringContaining('there is only "tensorflow" to set up') });
  });

  it('an unknown command or option', () => {
    expect(run('trian').err).toMatch(/did you mean "train"/);
    expect(run('train', '--fast').code).toBe(2);
  });
});

describe('latent-lab check, runs, show and template', () => {
  it('check prints file:line:column: error: message, and the same as JSON', () => {
    const path = write('bad', '{\n  "version": 1,\n  "task": "autoencoder",\n  "data": { "source": "digits" },\n  "modle": {}\n}\n');
    const plain = run('check', path);
    expect(plain.code).toBe(2);
    expect(plain.out).toMatch(/bad\.latent\.jsonc:5:3: error: .*did you mean/);
    const { problems } = JSON.parse(run('check', path, '--json').out);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: path, line: 5, column: 3, severity: 'error' });
  });

  it('check finds what only the data can tell, at its place', () => {
    const path = write(
      'table',
      '{\n  "version": 1, "task": "autoencoder",\n  "data": {\n    "source": "t.csv",\n    "label": "klass" }\n}\n',
    );
    writeFileSync(join(path, '../t.csv'), 'a,class\n1,x\n2,y\n3,x\n');
    expect(run('check', path).out).toMatch(/:5:14: error: .*klass/);
  });

  it('runs lists what train made and show tells of one, also as JSON', () => {
    const path = write('small', { ...small, name: 'Listed <b>run\u001b[31m' });
    const { run: id, folder } = JSON.parse(run('train', path, '--json').out);
    const runs = join(path, '../.latent/runs');
    expect(run('runs', runs).out).toContain(id);
    expect(JSON.parse(run('runs', runs, '--json').out)).toMatchObject([{ run: id, status: 'finished' }]);
    const shown = run('show', folder);
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/validation\.loss/);
    expect(shown.out).not.toContain('\u001b[31m');
    expect(JSON.parse(run('show', folder, '--json').out)).toMatchObject({ run: id, status: 'finished' });
    expect(run('show', 'nothing-like-it').code).toBe(2);
  });

  it('compare puts two runs of the same rows side by side, also as JSON', () => {
    const path = write('small', small);
    const folders = [4, 2].map(
      (latent) => JSON.parse(run('train', path, '--set', `model.latent=${latent}`, '--json').out).folder as string,
    );
    const { code, out } = run('compare', ...folders);
    expect(code).toBe(0);
    expect(out).toMatch(/^model\.latent +4 +2$/m);
    expect(out).toMatch(/linear CKA 0\.\d{3} over \d+ rows/);
    const [first, second] = JSON.parse(run('compare', ...folders, '--json').out);
    expect(first.differs).toEqual({ 'model.latent': 4 });
    expect(second.codes).toEqual([{ run: first.run, similarity: expect.any(Number), rows: 1000 }]);
    expect(run('compare', folders[0]!)).toMatchObject({ code: 2, err: expect.stringContaining('name two different runs or more') });
  });

  it('claims are judged at the end, in JSON, in the closing block and in show', () => {
    const claimed = { ...small, expect: ['train.loss < 100', 'train.loss < 0.001', 'latent.deadUnits <= 0'] };
    const path = write('claimed', claimed);
    const { folder, claims } = JSON.parse(run('train', path, '--json').out);
    expect(claims.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['confirmed', 'refuted', 'confirmed']);
    expect(run('train', path).out).toContain('2 of 3 claims confirmed, 1 refuted');
    expect(run('show', folder).out).toMatch(/^refuted {3}train\.loss < 0\.001: \d[\d.]* against 0\.001$/m);
    expect(refuse({ ...small, expect: ['train.los < 1'] })).toContain('did you mean "train.loss"');
  });

  it('template prints an experiment that check accepts', () => {
    const names = run('template').out.trim().split('\n');
    expect(names).toContain('digits');
    const path = write('copy', run('template', 'digits').out);
    expect(run('check', path)).toMatchObject({ code: 0 });
    expect(run('template', 'digitz').err).toMatch(/did you mean "digits"/);
  });
});
