import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { questions } from '../../../src/protocol/server.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'latent-lab-server-'));

describe('the model server', () => {
  let child: ChildProcess;
  let server: MessageConnection;

  beforeAll(() => {
    execFileSync(process.execPath, ['esbuild.mjs', '--quiet'], { cwd: root });
  }, 60_000);
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  beforeEach(() => {
    child = spawn(process.execPath, [join(root, 'dist/server.js'), '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    server = createMessageConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!));
    server.listen();
  });
  afterEach(() => {
    server.dispose();
    child.kill();
  });

  it('describes a data source', async () => {
    const answer = questions.describeData.answer.parse(await server.sendRequest('describeData', { source: 'digits', folder: work }));
    expect(answer).toMatchObject({ rows: 1797, imageShape: [8, 8], labelNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] });
  });

  it('checks an experiment against its data and places what does not fit', async () => {
    writeFileSync(join(work, 't.csv'), 'a,class\n1,x\n2,y\n3,x\n');
    const text = '{ "version": 1, "task": "autoencoder",\n  "data": { "source": "t.csv", "label": "klass" } }';
    const answer = await server.sendRequest('checkExperiment', { text, path: join(work, 'e.latent.jsonc') });
    const { problems } = questions.checkExperiment.answer.parse(answer);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path: 'data.label', line: 2 });
    expect(text.slice(problems[0]!.offset, problems[0]!.offset + problems[0]!.length)).toBe('"klass"');
  });

  it('leaves to the editor what the text alone tells', async () => {
    const answer = await server.sendRequest('checkExperiment', { text: '{ "version": 2 }', path: join(work, 'e.latent.jsonc') });
    expect(answer).toEqual({ problems: [] });
  });

  it('answers a wrong question and an unreadable file with a sentence, and goes on', async () => {
    await expect(server.sendRequest('describeData', { source: 3 })).rejects.toThrow(/wrong words/);
    await expect(server.sendRequest('describeData', { source: 'nowhere.csv', folder: work })).rejects.toThrow(/nowhere\.csv/);
    expect(await server.sendRequest('describeData', { source: 'digits', folder: work })).toMatchObject({ rows: 1797 });
  });

  it('gives up on a question that is cancelled', async () => {
    writeFileSync(join(work, 'large.csv'), `a,b\n${'1,2\n'.repeat(1_000_000)}`);
    const cancel = new CancellationTokenSource();
    const asked = server.sendRequest('describeData', { source: 'large.csv', folder: work }, cancel.token);
    const outcome = expect(asked).rejects.toThrow();
    // answered between two portions of the table: the server has the question in hand
    await server.sendRequest('checkExperiment', { text: '{}', path: join(work, 'e.latent.jsonc') });
    cancel.cancel();
    await outcome;
  });

  it('searches texts, with words for what is infinite, and offers a prompt where one cannot be taken', async () => {
    const next = { '': { a: 0.6, b: 0.4 }, a: { '</s>': 1 }, b: { '</s>': 1 } };
    const decoding = { strategy: { kind: 'exact', returned: 2 } };
    const text = JSON.stringify({ version: 1, task: 'languageModel', model: { kind: 'table', next }, decoding });
    const model = { kind: 'experiment', text, path: join(work, 'e.latent.jsonc') };
    const answer: { exact: { log10RuledOut: object } } = await server.sendRequest('decode', { model, prompt: '' });
    expect(answer.exact.log10RuledOut).toMatchObject({ recombined: '-Infinity' });
    expect(questions.decode.answer.parse(answer).hypotheses.map((found) => found.text)).toEqual(['a', 'b']);
    await expect(server.sendRequest('decode', { model, prompt: 'c' })).rejects.toMatchObject({
      code: 1,
      data: { offer: expect.any(String) },
    });
  });

  it('gives up on a search that is cancelled, and answers others meanwhile', async () => {
    const decoding = { maxNewTokens: 100, strategy: { kind: 'exact', returned: 50, lengthPenalty: { kind: 'power', alpha: 1 } } };
    const text = JSON.stringify({ version: 1, task: 'languageModel', data: { source: 'names' }, model: { kind: 'ngram' }, decoding });
    const cancel = new CancellationTokenSource();
    const model = { kind: 'experiment', text, path: join(work, 'e.latent.jsonc') };
    const outcome = expect(server.sendRequest('decode', { model, prompt: '' }, cancel.token)).rejects.toThrow();
    // the same model: it is loaded when this comes back, and the other search is under way
    await server.sendRequest('decode', { model, prompt: 'ma', strategy: { kind: 'greedy' }, mostNodes: 0 });
    cancel.cancel();
    await outcome;
  });

  it('ends when the editor goes away', async () => {
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.stdin!.end();
    expect(await ended).toBe(0);
  });
});
