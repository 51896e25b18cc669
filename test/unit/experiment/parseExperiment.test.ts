import { describe, expect, test } from 'vitest';
import { parseOverride } from '../../../src/experiment/overrides.ts';
import { locateProblem, parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import type { Problem } from '../../../src/experiment/problem.ts';

const head = '"version": 1, "task": "autoencoder", "data": { "source": "digits" }';
const digits = (more: string) => `{ ${head}, ${more} }`;
const names = (more: string) => `{ "version": 1, "task": "languageModel", "data": { "source": "names" }, ${more} }`;

/** Path, message, the marked text and the fix of each problem. */
function told(text: string, options: { set?: string[]; allowUnbuilt?: boolean } = {}) {
  const { problems } = parseExperiment(text, (options.set ?? []).map(parseOverride), options);
  return problems.map((p) => ({ path: p.path, message: p.message, marked: text.slice(p.offset, p.offset + p.length), fix: p.fix }));
}

/** The only problem of a text. */
function only(text: string, options: { set?: string[]; allowUnbuilt?: boolean } = {}) {
  const problems = told(text, options);
  expect(problems).toHaveLength(1);
  return problems[0]!;
}

/** The text with the fix of a problem applied. */
const mended = (text: string, p: Problem) => text.slice(0, p.offset) + p.fix + text.slice(p.offset + p.length);

describe('a good file', () => {
  test('needs a version, a task and a source, and gets every default', () => {
    const { experiment, problems } = parseExperiment(`{ ${head} }`);
    expect(problems).toEqual([]);
    expect(experiment).toMatchObject({
      seed: 0,
      data: { source: 'digits', center: true, split: { validation: 0.1, test: 0.2 } },
      model: { kind: 'mlp', hidden: [64], latent: 16, activation: 'relu', latentActivation: 'none', outputActivation: 'none', tied: false },
      corruption: { kind: 'none' },
      loss: { kind: 'squared', over: 'all' },
      penalty: { weights: 0, latentL1: 0, latentTopK: 0, latentKl: { target: 0.05, weight: 0 }, contractive: 0 },
      optimizer: { kind: 'adam', learningRate: 0.001, schedule: 'constant', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      training: { batchSize: 64, epochs: 50, logEvery: null, patience: null },
      probe: false,
      engine: 'auto',
      view: { projection: 'pca', points: 2000, every: 1 },
    });
  });

  test('may hold comments, trailing commas, a byte order mark and a $schema', () => {
    const text = `\uFEFF{ // the first\n "$schema": "https://example.org/s.json", /* all */ ${head}, "seed": 3, }\n`;
    expect(parseExperiment(text)).toMatchObject({ experiment: { seed: 3 }, problems: [] });
  });

  test('counts steps instead of epochs when it gives steps', () => {
    const { experiment } = parseExperiment(digits('"training": { "steps": 10 }'));
    expect(experiment?.training).toMatchObject({ steps: 10, epochs: undefined });
  });

  test('fills the defaults of every kind of decoding as the decoding page says', () => {
    const { experiment } = parseExperiment(names('"decoding": {}'), [], { allowUnbuilt: true });
    expect(experiment).toMatchObject({
      data: { tokens: 'characters', unit: 'lines', split: { validation: 0.1, test: 0.1 } },
      objective: { kind: 'nextToken' },
      decoding: {
        prompts: [''],
        maxNewTokens: 20,
        strategy: {
          kind: 'beam',
          beams: 4,
          returned: 1,
          lengthPenalty: { kind: 'none' },
          stopping: 'optimal',
          finished: 'replenish',
          forceEnd: false,
          noRepeatNgram: 0,
        },
      },
    });
    const exact = parseExperiment(names('"decoding": { "strategy": { "kind": "exact" } }'), [], { allowUnbuilt: true });
    expect(exact.experiment).toMatchObject({ decoding: { strategy: { returned: 1, maxNodes: 10_000_000 } } });
  });

  test('may be a table without data', () => {
    const text = '{ "version": 1, "task": "languageModel", "model": { "kind": "table", "next": { "": { "a": 0.6, "</s>": 0.4 } } } }';
    expect(parseExperiment(text, [], { allowUnbuilt: true }).problems).toEqual([]);
  });

  test('takes every example of the contract', () => {
    for (const model of [
      '{ "kind": "ngram", "order": 3, "smoothing": { "add": 0.1 } }',
      '{ "kind": "ngram", "smoothing": "none" }',
      '{ "kind": "gru", "embedding": 24, "hidden": 128, "context": 32 }',
      '{ "kind": "transformer", "layers": 2, "heads": 4, "width": 64, "context": 32 }',
    ])
      expect(told(names(`"model": ${model}`), { allowUnbuilt: true })).toEqual([]);
    for (const strategy of [
      '{ "kind": "greedy" }',
      '{ "kind": "sample", "temperature": 0.8, "topK": 5, "topP": 0.9, "minP": 0.05 }',
      '{ "kind": "bestFirst", "beams": 3 }',
      '{ "kind": "beam", "lengthPenalty": { "kind": "gnmt", "alpha": 0.7 }, "stopping": "first", "finished": "frozen" }',
      '{ "kind": "exact", "lengthPenalty": { "kind": "reward", "perToken": 0.3 } }',
    ])
      expect(told(names(`"decoding": { "strategy": ${strategy} }`), { allowUnbuilt: true })).toEqual([]);
  });
});

describe('syntax', () => {
  test.each([
    ['', ''],
    ['{', ''],
    [`{ ${head} "seed": 1 }`, '"seed"'],
    [`{ ${head}, 'seed': 1 }`, "'seed'"],
    [`{ ${head} } }`, '}'],
  ])('of %j is one error at its place', (text, marked) => {
    expect(only(text).marked).toBe(marked);
    expect(parseExperiment(text).experiment).toBeNull();
  });

  test('that the editor reports itself is told apart', () => {
    expect(parseExperiment('{').problems[0]!.isSyntax).toBe(true);
    expect(parseExperiment('{}').problems[0]!.isSyntax).toBeUndefined();
  });

  test('of a hundred thousand brackets does not overflow the stack', () => {
    expect(only('['.repeat(100_000)).message).toContain('nested deeper');
  });

  test('problems carry one-based lines and columns, whatever ends the lines', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = ['{', head, ', "seed":', '  -1 }'].join(end);
      expect(parseExperiment(text).problems).toMatchObject([{ line: 4, column: 3, length: 2 }]);
    }
  });
});

describe('values', () => {
  test.each([
    ['"model": { "latent": 0 }', 'model.latent must be a whole number of at least 1, got 0', '0'],
    ['"model": { "latent": 1.5 }', 'model.latent must be a whole number of at least 1, got 1.5', '1.5'],
    ['"model": { "latent": null }', 'model.latent must be a whole number of at least 1, got null', 'null'],
    ['"model": { "hidden": [3, 0] }', 'model.hidden.1 must be a whole number of at least 1, got 0', '0'],
    ['"model": { "hidden": 3 }', 'model.hidden must be a list of whole numbers of at least 1, got 3', '3'],
    ['"model": 3', 'model must be an object { ... }, got 3', '3'],
    ['"corruption": { "kind": "mask", "ratio": 1 }', 'corruption.ratio must be above 0 and below 1, got 1', '1'],
    ['"corruption": { "kind": "mask", "ratio": [] }', 'corruption.ratio must be a number above 0 and below 1, got []', '[]'],
    ['"corruption": { "kind": "gaussian", "sigma": 1e999 }', 'corruption.sigma must be above 0, got Infinity', '1e999'],
    ['"optimizer": { "beta1": -1 }', 'optimizer.beta1 must be at least 0 and below 1, got -1', '-1'],
    ['"training": { "batchSize": 0 }', 'training.batchSize must be a whole number of at least 1 or "full", got 0', '0'],
    ['"training": { "patience": 0 }', 'training.patience must be a whole number of at least 1 or null, got 0', '0'],
    ['"seed": -1', 'seed must be a whole number from 0 to 4294967295, got -1', '-1'],
    ['"probe": { "every": 0 }', 'probe.every must be a whole number of at least 1, got 0', '0'],
    ['"name": 3', 'name must be a text, got 3', '3'],
    ['"penalty": { "latentKl": { "target": 1 } }', 'penalty.latentKl.target must be above 0 and below 1, got 1', '1'],
  ])('%s is told in plain words at the value', (more, message, marked) => {
    expect(only(digits(more))).toMatchObject({ message, marked });
  });

  test.each([
    ['"model": { "activation": "rleu" }', '"relu"', '"rleu"'],
    ['"model": { "kind": "linaer" }', '"linear"', '"linaer"'],
    ['"corruption": { "kind": "maks" }', '"mask"', '"maks"'],
    ['"optimizer": { "kind": "Adam" }', '"adam"', '"Adam"'],
    ['"training": { "batchSize": "ful" }', '"full"', '"ful"'],
    ['"loss": { "kind": "square" }', '"squared"', '"square"'],
    ['"engine": "tensorflwo"', '"tensorflow"', '"tensorflwo"'],
    ['"data": { "source": "digits", "split": "non" }', '"none"', '"non"'],
    ['"seed": "7"', '7', '"7"'],
    ['"model": { "tied": "false" }', 'false', '"false"'],
  ])('%s is asked back, with a fix that mends it', (more, fix, marked) => {
    const text = more.includes('"data"') ? `{ "version": 1, "task": "autoencoder", ${more} }` : digits(more);
    expect(only(text)).toMatchObject({ fix, marked, message: expect.stringContaining(`did you mean ${fix}?`) });
    const problem = parseExperiment(text).problems[0]!;
    expect(told(mended(text, problem), { allowUnbuilt: true }).filter((p) => p.path === problem.path)).toEqual([]);
  });

  test('a misspelt source is asked back', () => {
    const text = '{ "version": 1, "task": "autoencoder", "data": { "source": "digts" } }';
    expect(only(text)).toMatchObject({ marked: '"digts"', fix: '"digits"' });
  });

  test('a misspelt generator is one problem, though a source may be a text as well', () => {
    const text = '{ "version": 1, "task": "autoencoder", "data": { "source": { "generator": "lowRankGausian", "rank": 2 } } }';
    expect(only(text)).toMatchObject({ path: 'data.source.generator', fix: '"lowRankGaussian"' });
  });

  test('a file of a newer version is named as such', () => {
    expect(only(`{ "version": 2, "task": "autoencoder", "data": { "source": "digits" } }`).message).toContain('newer Latent Lab');
  });

  test('a fault behind a misspelt kind is told too, and no other', () => {
    const problems = told(digits('"corruption": { "kind": "maks", "ratio": 1 }, "loss": { "over": "masked" }'));
    expect(problems.map((p) => p.path)).toEqual(['corruption.kind', 'corruption.ratio']);
  });

  test('an unknown kind hides what belongs to it', () => {
    expect(only(digits('"model": { "kind": "vae", "beta": 4, "latent": 0 }')).path).toBe('model.kind');
    expect(only('{ "task": "classification", "classes": 3 }').path).toBe('task');
  });
});

describe('keys', () => {
  test.each([
    ['"model": { "latnet": 3 }', '"latnet"', '"latent"'],
    ['"modle": {}', '"modle"', '"model"'],
    ['"training": { "batchsize": 3 }', '"batchsize"', '"batchSize"'],
    ['"data": { "source": "digits", "split": { "valdation": 0.1 } }', '"valdation"', '"validation"'],
  ])('%s is asked back at the key', (more, marked, fix) => {
    const text = more.includes('"data"') ? `{ "version": 1, "task": "autoencoder", ${more} }` : digits(more);
    expect(only(text)).toMatchObject({ marked, fix });
    expect(told(mended(text, parseExperiment(text).problems[0]!))).toEqual([]);
  });

  test('of another kind say to which kind they belong', () => {
    expect(only(digits('"corruption": { "sigma": 1 }')).message).toBe(
      'unknown key "sigma" in corruption of kind "none": it belongs to kind "gaussian"',
    );
    expect(
      only(names('"decoding": { "strategy": { "kind": "bestFirst", "lengthPenalty": {} } }'), { allowUnbuilt: true }).message,
    ).toContain('it belongs to kind "beam" or "exact"');
  });

  test('of another section say where they belong', () => {
    expect(only(digits('"learningRate": 1')).message).toContain('it belongs in "optimizer"');
    expect(only(digits('"training": { "seed": 1 }')).message).toContain('it belongs in the experiment itself');
  });

  test.each(['__proto__', 'constructor', 'toString', ''])('%j is as unknown as any other', (key) => {
    expect(only(digits(`${JSON.stringify(key)}: {}`))).toMatchObject({ marked: JSON.stringify(key) });
    expect(only(digits(`"model": { ${JSON.stringify(key)}: 1 }`))).toMatchObject({ marked: JSON.stringify(key) });
  });

  test('that stand twice warn, and the last one counts', () => {
    const text = digits('"seed": 1, "seed": 2');
    expect(parseExperiment(text)).toMatchObject({ experiment: { seed: 2 }, problems: [{ severity: 'warning', path: 'seed' }] });
    const bad = digits('"seed": 1, "seed": -2');
    expect(told(bad).map((p) => p.marked)).toEqual(['"seed"', '-2']);
  });

  test('that are missing are told at the brace, and the fix mends them one after the other', () => {
    let text = '{ "seed": 3 }';
    for (let round = 0; round < 3; round++) {
      const problem = parseExperiment(text).problems.find((p) => p.fix !== undefined)!;
      expect(text.slice(problem.offset, problem.offset + problem.length)).toBe('{');
      text = mended(text, problem);
    }
    expect(parseExperiment(text)).toMatchObject({ experiment: { seed: 3 }, problems: [] });
    expect(only('{ "version": 1, "task": "autoencoder", "data": {} }')).toMatchObject({ path: 'data.source', marked: '"data"' });
  });
});

describe('overrides', () => {
  test('change the experiment before it is held against the schema', () => {
    const set = ['model.latent=3', 'corruption={"kind":"mask"}', 'corruption.ratio=0.25', 'name=two words', 'model.hidden.0=7'];
    expect(parseExperiment(digits('"model": { "latent": 0 }'), set.map(parseOverride)).experiment).toMatchObject({
      name: 'two words',
      model: { latent: 3, hidden: [7] },
      corruption: { kind: 'mask', ratio: 0.25 },
    });
  });

  test('that are wrong are named by their option', () => {
    expect(only(digits('"seed": 1'), { set: ['model.latent=0'] })).toMatchObject({
      path: 'model.latent',
      message: '--set model.latent=0: model.latent must be a whole number of at least 1, got 0',
    });
    expect(only(digits('"seed": 1'), { set: ['model.latnet=3'] }).message).toMatch(/^--set model.latnet=3: unknown key "latnet".*"latent"/);
    expect(only(digits('"seed": 1'), { set: ['data.source.rank=3'] }).message).toBe(
      '--set data.source.rank=3: data.source is "digits", which has no "rank"',
    );
    expect(only(digits('"model": { "hidden": [3] }'), { set: ['model.hidden.7=3'] }).message).toContain('model.hidden is a list of 1');
  });

  test('that make a fault elsewhere are named there', () => {
    expect(only(digits('"model": { "hidden": [3] }'), { set: ['model.kind=linear'] })).toMatchObject({
      path: 'model.hidden',
      marked: '"hidden"',
      message: expect.stringContaining('(with --set model.kind=linear)'),
    });
  });

  test('reach the dotted paths of a sweep as one key', () => {
    const parsed = parseExperiment(digits('"seed": 1'), [parseOverride('sweep.over.model.latent=[2,8]')], { allowUnbuilt: true });
    expect(parsed.experiment?.sweep?.over).toEqual({ 'model.latent': [2, 8] });
  });

  test('never reach the prototype of objects', () => {
    parseExperiment(digits('"seed": 1'), [parseOverride('__proto__.polluted=1'), parseOverride('constructor.prototype.polluted=1')]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('without "=" are refused with an example', () => {
    expect(() => parseOverride('seed')).toThrow('write it as path=value');
    expect(() => parseOverride('=3')).toThrow('write it as path=value');
    expect(parseOverride('a.b=c=d')).toEqual({ path: 'a.b', value: 'c=d', option: '--set a.b=c=d' });
  });
});

test('a problem found in the data gets the place of its setting, or of what should hold it', () => {
  const text = digits('"seed": 1');
  const at = (path: string) => {
    const p = locateProblem(text, { path, message: 'm', severity: 'error' });
    return text.slice(p.offset, p.offset + p.length);
  };
  expect(at('data.source')).toBe('"digits"');
  expect(at('data.label')).toBe('"data"');
  expect(at('corruption.sigma')).toBe('{');
  expect(at('')).toBe('{');
  expect(locateProblem('not json', { path: 'data.source', message: 'm', severity: 'error' })).toMatchObject({ offset: 0, length: 0 });
});
