import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EngineKind } from '../../../src/engine/engine.ts';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import type { UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { OrderDesk } from '../../../src/trainer/orderDesk.ts';
import type { RunKeeper } from '../../../src/trainer/runKeeper.ts';
import { train } from '../../../src/trainer/train.ts';
import { prepareTraining } from '../../../src/trainer/trainingSetup.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const template = readFileSync(`${root}media/templates/digits.latent.jsonc`, 'utf8');
/** Ten epochs of the template are 200 steps, the last batch of each smaller. */
const epochs = 10;

/** The digits template over its first 200 steps: what it tells, and the bytes of all that it keeps. */
async function run(engine: EngineKind, seed: number) {
  const text = template.replace('"seed": 0', `"seed": ${seed}`).replace('"epochs": 50', `"epochs": ${epochs}`);
  const { experiment, problems } = parseExperiment(text);
  if (experiment === null) throw new Error(problems.map((p) => p.message).join('; '));
  const experimentPath = `${root}test.latent.jsonc`;
  const setup = await prepareTraining({
    experiment,
    name: 'test',
    experimentPath,
    media: `${root}media`,
    engineFolder: `${root}dist`,
    engine,
  });
  const kept: [string, Uint8Array][] = [];
  const keep = (name: string, data: Float32Array | Uint8Array) => kept.push([name, new Uint8Array(data.slice().buffer)]);
  const keeper: RunKeeper = {
    writeArray(name, data) {
      keep(name, data);
      return `arrays/${name}.npy`;
    },
    removeArray: () => {},
    async saveCheckpoint(step, files) {
      for (const [name, bytes] of Object.entries(files)) keep(`${step}/${name}`, bytes);
      return { folder: `checkpoints/${step}` };
    },
  };
  const events: UntimedRunEvent[] = [];
  for await (const event of train(setup, 1, { desk: new OrderDesk(1, { poll: () => [] }), keeper })) events.push(event);
  setup.prepared.dispose();
  return { events, kept };
}

/** Every number of the curves, in order, with its name. */
function curves(events: readonly UntimedRunEvent[]): [string, number][] {
  return events.flatMap((event) =>
    event.kind === 'stepFinished' || event.kind === 'evaluated'
      ? Object.entries(event.metrics).map(([name, value]) => [`${name} at step ${event.step}`, value] as [string, number])
      : [],
  );
}

describe('the digits template, 200 steps from the same seed', () => {
  test('has the same curves on the compiled engine as on WebAssembly, to 1e-3', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2 ** 31 - 1), async (seed) => {
        const [compiled, wasm] = [await run('compiled', seed), await run('wasm', seed)];
        const [found, wanted] = [curves(compiled.events), curves(wasm.events)];
        expect(found.map(([name]) => name)).toEqual(wanted.map(([name]) => name));
        expect(compiled.events.filter(({ kind }) => kind === 'stepFinished')).toHaveLength(200);
        wanted.forEach(([name, value], i) => {
          expect(Math.abs(found[i]![1] - value), `${name}: ${found[i]![1]} for ${value}`).toBeLessThanOrEqual(1e-3 * Math.abs(value));
        });
      }),
      { numRuns: 3 },
    );
  });

  test('has equal events, arrays and checkpoints on the compiled engine, byte for byte', async () => {
    const [first, second] = [await run('compiled', 5), await run('compiled', 5)];
    expect(JSON.stringify(second.events)).toBe(JSON.stringify(first.events));
    expect(second.kept.map(([name]) => name)).toEqual(first.kept.map(([name]) => name));
    for (const [i, [name, bytes]] of first.kept.entries()) expect(Buffer.compare(second.kept[i]![1], bytes), name).toBe(0);
  });
});
