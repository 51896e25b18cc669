import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const cli = join(root, 'dist/cli.js');
const work = mkdtempSync(join(tmpdir(), 'latent-lab-decode-'));
const template = (name: string) => join(root, 'media/templates', `${name}.latent.jsonc`);

beforeAll(() => {
  execFileSync(process.execPath, ['esbuild.mjs', '--quiet'], { cwd: root });
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Writes an experiment and returns its path. */
function write(name: string, experiment: object): string {
  const path = join(work, `${name}.latent.jsonc`);
  writeFileSync(path, JSON.stringify({ version: 1, task: 'languageModel', ...experiment }));
  return path;
}

function run(...args: string[]) {
  const result = spawnSync(process.execPath, [cli, 'decode', ...args], {
    cwd: work,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** Runs with --json and returns the one document on stdout. */
function json(...args: string[]) {
  const { code, out, err } = run(...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.trim()).not.toContain('\n');
  return JSON.parse(out);
}

describe('latent-lab decode on a table', () => {
  it('needs no data and no run, and prints what the contract says', () => {
    expect(json(template('greedyTrap'))).toEqual({
      strategy: expect.objectContaining({ kind: 'beam', beams: 2, returned: 2 }),
      modelCalls: 3,
      hypotheses: [
        {
          prompt: 'The',
          text: 'dog has',
          tokens: ['dog', 'has'],
          logProbability: expect.closeTo(Math.log(0.36), 9),
          score: expect.closeTo(Math.log(0.36), 9),
          finished: false,
          logProbabilities: [expect.closeTo(Math.log(0.4), 9), expect.closeTo(Math.log(0.9), 9)],
        },
        expect.objectContaining({ text: 'nice woman', logProbability: expect.closeTo(Math.log(0.2), 9) }),
      ],
    });
  });

  it('takes another strategy with what it shares with the written one', () => {
    const greedy = json(template('greedyTrap'), '--strategy', 'greedy');
    expect(greedy).toMatchObject({ strategy: { kind: 'greedy' }, modelCalls: 2, hypotheses: [{ text: 'nice woman' }] });
    const power = ['--set', 'decoding.strategy.lengthPenalty={"kind":"power","alpha":1}'];
    const exact = json(template('lengthBias'), ...power);
    expect(exact.hypotheses.map(({ text, score }: { text: string; score: number }) => [text, Number(score.toFixed(4))])).toEqual([
      ['a longer text', -0.6],
      ['brief', -1],
    ]);
    expect(exact.exact).toMatchObject({ proven: true, log10RuledOut: { recombined: '-Infinity' } });
    const beam = json(template('lengthBias'), '--strategy', 'beam', '--set', 'decoding.strategy.beams=2');
    expect(beam.strategy).toMatchObject({ kind: 'beam', beams: 2, returned: 2 });
    expect(beam.exact).toBeUndefined();
  });

  it('shows that a search may stop too early', () => {
    const heuristic = json(template('heuristicStop'), '--set', 'decoding.strategy.stopping=heuristic');
    const optimal = json(template('heuristicStop'), '--set', 'decoding.strategy.stopping=optimal');
    expect(heuristic.hypotheses[0]).toMatchObject({ tokens: ['x', '</s>'], score: expect.closeTo(-0.346574, 6) });
    expect(optimal.hypotheses[0]).toMatchObject({ tokens: ['x', 'y', 'w', '</s>'], score: expect.closeTo(-0.199627, 6) });
  });

  it('writes the empty text without its end token, and tells that it is one', () => {
    const { hypotheses } = json(template('emptyString'));
    expect(hypotheses[0]).toMatchObject({ text: '', tokens: ['</s>'], finished: true });
    expect(run(template('emptyString')).out).toContain('(the empty text)');
  });

  it('searches each prompt by itself, in their order, and --prompt replaces them', () => {
    const path = write('two', {
      model: { kind: 'table', next: { '': { a: 1 }, a: { x: 0.5, y: 0.5 }, b: { x: 0.9, y: 0.1 } } },
      decoding: { prompts: ['b', 'a'], maxNewTokens: 1, strategy: { kind: 'exact', returned: 2 } },
    });
    const both = json(path);
    expect(both.hypotheses.map(({ prompt, text }: { prompt: string; text: string }) => `${prompt} ${text}`)).toEqual([
      'b x',
      'b y',
      'a x',
      'a y',
    ]);
    expect(both.modelCalls).toBe(2);
    expect(10 ** both.exact.log10Texts).toBeCloseTo(8, 9);
    expect(json(path, '--prompt', '').hypotheses).toMatchObject([{ prompt: '', text: 'a' }]);
    expect(json(path, '--prompt', 'a', '--prompt', 'b').hypotheses.map(({ prompt }: { prompt: string }) => prompt)).toEqual([
      'a',
      'a',
      'b',
      'b',
    ]);
  });

  it('shows people a table, a sentence and the calls of the model', () => {
    const { code, out } = run(template('lengthBias'));
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toEqual([
      'Short texts win, unless length is paid for, table',
      '',
      'text               sum    score  length',
      'brief          -2.0000  -2.0000       2',
      'a longer text  -2.4000  -2.4000       4',
      'Exact search has accounted for all 5461 texts of at most 6 tokens, ended or not: none is better; 5 model calls.',
    ]);
  });

  it('marks what has not ended, and says when there is nothing to give', () => {
    const cut = run(template('lengthBias'), '--strategy', 'greedy', '--set', 'decoding.maxNewTokens=1');
    expect(cut.out).toMatch(/brief …/);
    const none = json(template('lengthBias'), '--set', 'decoding.maxNewTokens=1', '--set', 'decoding.strategy.forceEnd=true');
    expect(none.hypotheses).toEqual([]);
    expect(run(template('lengthBias'), '--set', 'decoding.maxNewTokens=1', '--set', 'decoding.strategy.forceEnd=true').out).toContain(
      'No text can be given',
    );
    const zero = json(template('lengthBias'), '--set', 'decoding.maxNewTokens=0');
    expect(zero).toMatchObject({ modelCalls: 0, hypotheses: [{ text: '', tokens: [], score: 0, finished: false }] });
  });

  it('writes the whole ledger with --tree', () => {
    const out = join(work, 'tree.json');
    run(template('beamMisses'), '--tree', out);
    const { version, searches } = JSON.parse(readFileSync(out, 'utf8'));
    expect(version).toBe(1);
    expect(searches).toHaveLength(1);
    const [{ vocabulary, nodes, hypotheses, prompt }] = searches;
    expect(prompt).toBe('');
    expect(nodes.length).toBeGreaterThan(6);
    // the sum of a text is that of its last node
    for (const { node, logProbability } of hypotheses) expect(nodes[node].sum).toBe(logProbability);
    const lost = nodes.find(({ sum }: { sum: number }) => Math.abs(sum - Math.log(0.234)) < 1e-9);
    expect(lost).toMatchObject({ fate: 'pruned', reason: 'outranked' });
    expect(vocabulary[lost.token]).toBe('a');
  });
});

describe('latent-lab decode on counts', () => {
  it('counts on the spot and accounts for every ending of the lecture’s sentence', () => {
    const { hypotheses, exact } = json(template('banana'));
    expect(hypotheses[0]).toMatchObject({ prompt: 'The man ate the', text: 'banana', finished: true });
    expect(Math.exp(hypotheses[0].logProbability)).toBeCloseTo(0.2426, 4);
    expect(exact.proven).toBe(true);
    const { bound, recombined, impossible } = exact.log10RuledOut;
    const sum = [exact.log10Visited, bound, recombined, impossible].reduce((total, log10) => total + 10 ** Number(log10), 0);
    expect(Math.log10(sum)).toBeCloseTo(exact.log10Texts, 6);
  });

  it('ends with 130 when Ctrl-C comes, and prints no half of a document', () => {
    const path = write('long', {
      data: { source: 'names' },
      model: { kind: 'ngram' },
      decoding: { maxNewTokens: 100, strategy: { kind: 'exact', returned: 50, lengthPenalty: { kind: 'power', alpha: 1 } } },
    });
    // the signal comes as soon as the program listens for it
    const hook = join(work, 'interrupt.cjs');
    writeFileSync(hook, `process.on('newListener', (name) => name === 'SIGINT' && setImmediate(() => process.kill(process.pid, name)));`);
    const result = spawnSync(process.execPath, ['--require', hook, cli, 'decode', path, '--json'], { encoding: 'utf8' });
    expect(result).toMatchObject({ status: 130, stdout: '', stderr: 'latent-lab: the search was cancelled\n' });
  });
});

describe('latent-lab decode refuses with 2 and a sentence', () => {
  it.each([
    ['a strategy that there is not', [template('greedyTrap'), '--strategy', 'beem'], 'did you mean "beam"'],
    ['a setting that the strategy has not', [template('greedyTrap'), '--set', 'decoding.strategy.topK=2'], 'topK'],
    [
      'a length penalty for best-first search',
      [template('greedyTrap'), '--strategy', 'bestFirst', '--set', 'decoding.strategy.lengthPenalty={}'],
      'lengthPenalty',
    ],
    ['an unknown token', [template('greedyTrap'), '--prompt', 'The dok'], 'did you mean "dog"'],
    [
      'a row that is missing where the search needs it',
      [template('greedyTrap'), '--set', 'decoding.maxNewTokens=3'],
      'no row for "The dog has"',
    ],
    ['a model that has not learned', [template('names')], 'train it first'],
    ['an autoencoder', [template('digits')], 'an autoencoder writes no texts'],
    ['a run that there is not', ['20260101-000000-aaaa'], 'there is no run'],
    ['a file that there is not', ['nowhere.latent.jsonc'], 'there is no such file'],
    ['no file at all', [], 'name one experiment file or run'],
  ])('%s', (_, args, sentence) => {
    const { code, out, err } = run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
    expect(err).not.toMatch(/ {4}at /);
  });
});
