import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';

function parse(more: string, source = '"digits"') {
  const text = `{ "version": 1, "task": "autoencoder", "data": { "source": ${source} }${more === '' ? '' : `, ${more}`} }`;
  const refused = parseExperiment(text);
  const taken = parseExperiment(text, [], { allowUnbuilt: true });
  const marked = refused.problems.map((p) => text.slice(p.offset, p.offset + p.length));
  return { refused, taken, marked };
}

describe('what the trainer cannot run yet is refused by name, at its place', () => {
  test.each([
    ['"model": { "kind": "custom", "module": "x.js" }', 'model.kind', '"custom"'],
    ['"view": { "projection": "umap" }', 'view.projection', '"umap"'],
  ])('%s', (more, path, marked) => {
    const found = parse(more);
    expect(found.refused).toMatchObject({ experiment: null, problems: [{ path, severity: 'error' }] });
    expect(found.refused.problems[0]!.message).toMatch(/^not built yet: .+; .+/);
    expect(found.marked).toEqual([marked]);
    expect(found.taken).toMatchObject({ experiment: { task: 'autoencoder' }, problems: [] });
  });

  test.each(['"x.npy"', '"x.npz"', '"x.parquet"', '"pictures/"'])('the source %s', (source) => {
    expect(parse('', source).refused).toMatchObject({ experiment: null, problems: [{ path: 'data.source' }] });
  });

  test.each(['swissRoll', 'subspaces', 'sparseDictionary'])('the generator %s', (generator) => {
    const found = parse('', `{ "generator": "${generator}" }`);
    expect(found.refused).toMatchObject({ experiment: null, problems: [{ path: 'data.source.generator' }] });
    expect(found.marked).toEqual([`"${generator}"`]);
  });
});

describe('what the trainer can run is taken', () => {
  test.each([
    '"model": { "kind": "linear", "latent": 8, "bias": true }',
    '"model": { "kind": "linear", "parameterization": "leastSquares" }',
    '"model": { "kind": "mlp", "hidden": [] }',
    '"model": { "kind": "convolutional", "channels": [4, 8, 8], "kernelSize": 5 }',
    '"model": { "tied": true }',
    '"corruption": { "kind": "mask", "shape": "blocks", "blockSize": 3 }',
    '"penalty": { "weights": 0.1, "latentL1": 0.1, "latentTopK": 2, "contractive": 1 }',
    '"model": { "latentActivation": "sigmoid" }, "penalty": { "latentKl": { "weight": 1 } }',
    '"corruption": { "kind": "mask", "ratio": 0.75, "rescale": false, "flags": true }, "loss": { "over": "visible" }',
    '"corruption": { "kind": "gaussian" }',
    '"optimizer": { "kind": "momentum", "nesterov": true, "schedule": "linear", "warmupSteps": 10 }',
    '"training": { "batchSize": "full", "steps": 100, "patience": 3 }',
    '"engine": "wasm"',
    '"engine": "compiled"',
    '"engine": "tensorflow"',
    '"probe": false',
    '"probe": {}',
    '"probe": { "every": 2, "labels": 50 }',
    '"expect": ["test.loss < 1"]',
  ])('%s', (more) => expect(parse(more).refused.problems).toEqual([]));

  test.each([
    '"digits"',
    '"fashion"',
    '"x.idx"',
    '"x.idx.gz"',
    '"train-images-idx3-ubyte.gz"',
    '"a.csv"',
    '"a.TSV"',
    '{ "generator": "lowRankGaussian" }',
    '{ "generator": "gaussian" }',
  ])('the source %s', (source) => {
    expect(parse('', source).refused.problems).toEqual([]);
  });
});
