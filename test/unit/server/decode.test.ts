import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { CharacterTokenizer } from '../../../src/data/text/characterTokenizer.ts';
import { type LanguageModelExperiment, languageModelSchema } from '../../../src/experiment/languageModel.ts';
import { PromptError } from '../../../src/experiment/promptError.ts';
import { sayInfinities } from '../../../src/protocol/infinities.ts';
import { type Ask, questions } from '../../../src/protocol/server.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { languageProgram } from '../../../src/science/language/languageProgram.ts';
import { countNgrams, serialiseCounts } from '../../../src/science/language/ngram.ts';
import { makeAnswerers } from '../../../src/server/answerers.ts';
import { writeStoredRun } from './storedRun.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'latent-lab-decode-'));
const place = { media: join(root, 'media'), engineFolder: join(root, 'dist') };
const never = new AbortController().signal;
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** An experiment as a question names it. */
const asked = (experiment: object | string) => ({
  kind: 'experiment' as const,
  text: typeof experiment === 'string' ? experiment : JSON.stringify({ version: 1, task: 'languageModel', ...experiment }),
  path: join(work, 'e.latent.jsonc'),
});
const template = (name: string) => asked(readFileSync(join(root, 'media/templates', `${name}.latent.jsonc`), 'utf8'));

const answerers = makeAnswerers(place);
const decode = (ask: Omit<Ask<'decode'>, 'prompt'> & { prompt?: string }, signal = never) =>
  answerers.decode(questions.decode.ask.parse({ prompt: '', ...ask }), signal);
const fill = (ask: Ask<'fillBlanks'>) => answerers.fillBlanks(questions.fillBlanks.ask.parse(ask), never);

/** The tree of decoding.md 4.4. */
const hw = {
  model: {
    kind: 'table',
    next: {
      '': { a: 0.55, b: 0.45 },
      a: { a: 0.55, b: 0.45 },
      b: { a: 0.52, b: 0.48 },
      'a a': { a: 0.5, b: 0.5 },
      'a b': { a: 0.9, b: 0.1 },
      'b a': { a: 0.99, b: 0.01 },
      'b b': { a: 0.5, b: 0.5 },
    },
  },
  decoding: { maxNewTokens: 3 },
};
const beam = (beams: number, returned = 1) => questions.decode.ask.shape.strategy.parse({ kind: 'beam', beams, returned })!;

describe('a table', () => {
  test('is searched as its experiment says, with words for everything', async () => {
    const answer = await decode({ model: template('greedyTrap'), prompt: 'The' });
    expect(answer).toMatchObject({ title: 'Greedy falls into a trap, table', end: null, maxNewTokens: 2, modelCalls: 3 });
    expect(answer.hypotheses.map(({ text }) => text)).toEqual(['dog has', 'nice woman']);
    expect(answer.hypotheses[0]!.logProbability).toBeCloseTo(Math.log(0.36), 12);
    expect(answer.prompt.map((id) => answer.vocabulary[id])).toEqual(['The']);
  });

  test('gives the numbers of the tree of the lecture: a wider beam finds what a narrow one has thrown away', async () => {
    const found = async (beams: number) => {
      const { hypotheses, modelCalls } = await decode({ model: asked(hw), strategy: beam(beams) });
      return [hypotheses[0]!.text, Number(hypotheses[0]!.logProbability.toFixed(4)), modelCalls];
    };
    expect(await found(1)).toEqual(['a a a', -1.8888, 3]);
    expect(await found(2)).toEqual(['a b a', -1.5017, 5]);
    expect((await found(3)).slice(0, 2)).toEqual(['b a a', -1.4625]);
  });

  test('is not asked again for what it has said: only what is new counts as new', async () => {
    const model = asked({ ...hw, name: 'Asked twice', model: { kind: 'table', next: { ...hw.model.next, unused: { a: 1 } } } });
    const first = await decode({ model, strategy: beam(2) });
    expect([first.modelCalls, first.newCalls]).toEqual([5, 5]);
    const again = await decode({ model, strategy: beam(2, 2) });
    expect([again.modelCalls, again.newCalls]).toEqual([5, 0]);
    const wider = await decode({ model, strategy: beam(4) });
    expect([wider.modelCalls, wider.newCalls]).toEqual([7, 2]);
  });

  test('tells the best text of each length for certain, whatever the search has seen', async () => {
    const { lengths } = await decode({ model: template('lengthBias'), strategy: { kind: 'greedy' } });
    expect(lengths.map(({ length, text, isExact }) => [length, text, isExact])).toEqual([
      [2, 'brief', true],
      [4, 'a longer text', true],
    ]);
    expect(lengths[0]!.logProbability).toBeCloseTo(-2, 5);
  });

  test('without a row that no search reaches is searched, and the lengths are those that the search has seen', async () => {
    const next = { '': { a: 0.9, b: 0.1 }, a: { '</s>': 1 } };
    const { hypotheses, lengths } = await decode({ model: asked({ model: { kind: 'table', next } }), strategy: { kind: 'greedy' } });
    expect(hypotheses[0]).toMatchObject({ text: 'a', finished: true });
    expect(lengths).toEqual([{ length: 2, text: 'a', logProbability: expect.closeTo(Math.log(0.9), 12), isExact: false }]);
    await expect(decode({ model: asked({ model: { kind: 'table', next } }), strategy: beam(2) })).rejects.toThrow('no row for "b"');
  });

  test('obeys forced and forbidden tokens, and knows those that are none', async () => {
    const { vocabulary } = await decode({ model: asked(hw) });
    const b = vocabulary.indexOf('b');
    const forced = await decode({ model: asked(hw), constraints: { forced: [b] } });
    expect(forced.hypotheses[0]!.text).toBe('b a a');
    const forbidden = await decode({ model: asked(hw), constraints: { forbidden: [{ token: b, after: [] }] } });
    expect(forbidden.hypotheses[0]!.text).toBe('a b a');
    await expect(decode({ model: asked(hw), constraints: { forced: [7] } })).rejects.toThrow('forced or forbidden token is 7');
  });

  test('says which token of a prompt is unknown, and offers the prompt with the nearest one', async () => {
    const error = await decode({ model: template('greedyTrap'), prompt: 'The nise' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PromptError);
    expect(error).toMatchObject({ message: expect.stringContaining('"nise"'), offer: 'The nice' });
  });
});

describe('an answer', () => {
  test('survives the way through JSON: what is infinite is a word there and a number again', async () => {
    const answer = await decode({ model: template('lengthBias') });
    expect(answer.exact!.log10RuledOut.recombined).toBe(Number.NEGATIVE_INFINITY);
    expect(questions.decode.answer.parse(JSON.parse(JSON.stringify(sayInfinities(answer))))).toEqual(answer);
  });

  test('for no tokens at all is one text without any, for no call', async () => {
    const { hypotheses, modelCalls } = await decode({ model: template('lengthBias'), maxNewTokens: 0 });
    expect(hypotheses).toMatchObject([{ text: '', tokens: [], score: 0, finished: false }]);
    expect(modelCalls).toBe(0);
  });

  test('adds up: the log-probabilities of the tokens are that of the text', async () => {
    const { hypotheses } = await decode({ model: template('banana'), prompt: 'The man ate the' });
    expect(hypotheses.length).toBe(5);
    for (const { logProbabilities, logProbability } of hypotheses)
      expect(logProbabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(logProbability, 9);
  });
});

describe('an n-gram', () => {
  test('is counted on the spot, once, and again when its text has changed', async () => {
    const path = join(work, 'lines.txt');
    writeFileSync(path, 'ab\nab\nac\n');
    const model = asked({
      data: { source: 'lines.txt', split: 'none' },
      model: { kind: 'ngram', order: 2, smoothing: 'none' },
      decoding: { strategy: { kind: 'exact', returned: 2 } },
    });
    const first = await decode({ model });
    expect(first.hypotheses.map(({ text, logProbability }) => [text, Math.exp(logProbability)])).toEqual([
      ['ab', expect.closeTo(2 / 3, 12)],
      ['ac', expect.closeTo(1 / 3, 12)],
    ]);
    expect(first.newCalls).toBeGreaterThan(0);
    expect((await decode({ model })).newCalls).toBe(0);
    writeFileSync(path, 'ab\nac\nac\nac\n');
    const changed = await decode({ model });
    expect(changed.hypotheses[0]).toMatchObject({ text: 'ac', logProbability: expect.closeTo(Math.log(3 / 4), 12) });
  });

  test('offers letters of another case or without accents', async () => {
    const error = await decode({ model: template('namesNgram'), prompt: 'Märy' }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ message: expect.stringContaining('"M"'), offer: 'mary' });
  });

  test('can be given up while it is searched, and asked again', async () => {
    const stop = new AbortController();
    const strategy = questions.decode.ask.shape.strategy.parse({ kind: 'exact', lengthPenalty: { kind: 'power', alpha: 1 } })!;
    const searched = decode({ model: template('namesNgram'), maxNewTokens: 60, strategy }, stop.signal);
    const outcome = expect(searched).rejects.toMatchObject({ name: 'AbortError' });
    // a question that is answered in between: the search gives way
    await decode({ model: asked(hw) });
    stop.abort();
    await outcome;
    expect((await decode({ model: template('namesNgram'), prompt: 'mar', strategy: { kind: 'greedy' } })).hypotheses).toHaveLength(1);
  });
});

describe('what cannot be searched', () => {
  test('says in a sentence why', async () => {
    const data = { source: 'names' };
    await expect(decode({ model: asked({ data, model: { kind: 'gru' } }) })).rejects.toThrow('train it first');
    await expect(decode({ model: asked('{ "version": 1, "task": "autoencoder", "data": { "source": "digits" } }') })).rejects.toThrow(
      'an autoencoder writes no texts',
    );
    await expect(decode({ model: asked('{\n "version": 1,\n "tsk": 2 }') })).rejects.toThrow(/^line \d of the experiment/);
    await expect(decode({ model: asked(hw), strategy: { ...beam(2), returned: 3 } as never })).rejects.toThrow('at most beams 2, got 3');
    await expect(fill({ model: asked(hw), text: '[MASK]' })).rejects.toThrow('search its texts instead');
  });
});

describe('a stored run', () => {
  const tokenizer = new CharacterTokenizer(['a', 'b', '</s>']);
  const experiment = {
    version: 1,
    task: 'languageModel',
    data: { source: 'names', split: 'none' },
    model: { kind: 'ngram', order: 2, smoothing: 'none' },
  };
  const counts = countNgrams({ tokens: [0, 1, 0, 1, 0, 0], starts: [0, 2, 4, 6], unit: 'lines', vocabulary: 3, order: 2 });
  const checkpoint = { 'counts.bin': serialiseCounts(counts) };
  const run = (name: string) => ({ kind: 'run' as const, folder: join(work, name) });

  test('of an n-gram is asked as it was counted, not as its text is now', async () => {
    writeStoredRun(join(work, 'counted'), { experiment, tokenizer, checkpoint });
    const answer = await decode({ model: run('counted'), strategy: { kind: 'greedy' } });
    expect(answer.title).toMatch(/^A stored model, ngram \(finished run, now\)$/);
    expect(answer.vocabulary).toEqual(['a', 'b', '</s>']);
    expect(answer.hypotheses[0]!.text).toBe('ab');
    expect(answer.lengths[0]!.isExact).toBe(true);
  });

  test('without a checkpoint, or with a damaged part, says so in a sentence', async () => {
    writeStoredRun(join(work, 'none'), { experiment, tokenizer, checkpoint: null });
    await expect(decode({ model: run('none') })).rejects.toThrow('none has no checkpoint, and so no model to ask: train it again');
    writeStoredRun(join(work, 'torn'), { experiment, tokenizer, checkpoint: { 'counts.bin': checkpoint['counts.bin'].subarray(0, 40) } });
    await expect(decode({ model: run('torn') })).rejects.toThrow('damaged');
    writeStoredRun(join(work, 'wordless'), { experiment, tokenizer: null, checkpoint });
    await expect(decode({ model: run('wordless') })).rejects.toThrow('has no tokenizer.json');
    writeStoredRun(join(work, 'other'), { experiment, tokenizer: new CharacterTokenizer(['a', '</s>']), checkpoint });
    await expect(decode({ model: run('other') })).rejects.toThrow('counted 3 tokens, and its tokenizer.json has 2');
    writeStoredRun(join(work, 'newer'), { experiment, tokenizer, checkpoint });
    writeFileSync(join(work, 'newer/resolved.json'), '{ "version": 2 }');
    await expect(decode({ model: run('newer') })).rejects.toThrow('newer version of Latent Lab (format 2');
    writeFileSync(join(work, 'newer/resolved.json'), '{ "version": 1,');
    await expect(decode({ model: run('newer') })).rejects.toThrow('resolved.json of newer is damaged');
    rmSync(join(work, 'newer/resolved.json'));
    await expect(decode({ model: run('newer') })).rejects.toThrow('newer has no resolved.json');
  });
});

describe('a stored neural model', () => {
  const tokenizer = new CharacterTokenizer(['a', 'b', 'c', '</s>']);
  const sections = { version: 1, task: 'languageModel', data: { source: 'names', split: 'none' } };
  const tiny = { kind: 'mlp', context: 3, embedding: 4, hidden: [5] };

  /** A run whose model has never learned: any parameters will do. */
  function writeRun(name: string, change: object) {
    const experiment = { ...sections, model: tiny, ...change };
    const { model, objective } = languageModelSchema.parse(experiment) as LanguageModelExperiment;
    if (model.kind === 'table' || model.kind === 'ngram') throw new Error('expected a neural model');
    const parameters = initialParameters(languageProgram({ model, objective, unit: 'lines' }, 4), 1);
    writeStoredRun(join(work, name), {
      experiment,
      tokenizer,
      checkpoint: { 'parameters.f32': new Uint8Array(parameters.slice().buffer) },
    });
    return { kind: 'run' as const, folder: join(work, name) };
  }

  test('is searched, its numbers add up, and what it has said is not asked for again', async () => {
    const model = writeRun('mlp', {});
    const first = await decode({ model, prompt: 'ab', maxNewTokens: 4, strategy: beam(3, 3) });
    expect(first.hypotheses).toHaveLength(3);
    for (const { logProbabilities, logProbability } of first.hypotheses)
      expect(logProbabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(logProbability, 9);
    expect(first.newCalls).toBe(first.modelCalls);
    expect(first.lengths.every(({ isExact }) => !isExact)).toBe(true);
    expect((await decode({ model, prompt: 'ab', maxNewTokens: 4, strategy: beam(3, 1) })).newCalls).toBe(0);
    const exact = await decode({ model, prompt: 'ab', maxNewTokens: 4, strategy: { kind: 'exact' } as never });
    expect(exact.hypotheses[0]!.score).toBeGreaterThanOrEqual(first.hypotheses[0]!.score - 1e-9);
  });

  test('whose parameters are not those of its model is refused', async () => {
    writeRun('short', {});
    writeFileSync(join(work, 'short/checkpoints/1/parameters.f32'), new Uint8Array(40));
    await expect(decode({ model: { kind: 'run', folder: join(work, 'short') } })).rejects.toThrow('has 10 parameters, and its model');
  });

  test('of masked tokens fills the blanks of a sentence, and is not searched', async () => {
    const model = writeRun('masked', { objective: { kind: 'maskedToken' } });
    const answer = await fill({ model, text: 'a[MASK]b[MASK]', candidates: 2 });
    expect(answer.tokens.map(({ candidates }) => candidates?.length ?? null)).toEqual([null, 2, null, 2]);
    const [, blank] = answer.tokens;
    expect(blank!.text).toBe(blank!.candidates![0]!.text);
    expect(blank!.candidates![0]!.probability).toBeGreaterThanOrEqual(blank!.candidates![1]!.probability);
    expect(answer.text).toBe(answer.tokens.map(({ text }) => text).join(''));
    await expect(decode({ model })).rejects.toThrow('fills the blanks');
    await expect(fill({ model, text: 'abc' })).rejects.toMatchObject({ message: expect.stringContaining('no blank'), offer: 'ab[MASK]' });
    await expect(fill({ model, text: 'A[MASK]' })).rejects.toMatchObject({ message: expect.stringContaining('"A"'), offer: 'a[MASK]' });
  });
});
