import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isMetricName } from '../../../src/experiment/metricNames.ts';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import type { UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { OrderDesk } from '../../../src/trainer/orderDesk.ts';
import { prepareRun } from '../../../src/trainer/prepareRun.ts';
import { train } from '../../../src/trainer/train.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = `${root}media/templates`;
const templates = readdirSync(folder)
  .map((file) => ({ file, text: readFileSync(`${folder}/${file}`, 'utf8') }))
  .filter(({ text }) => text.includes('"expect"'));

/** All events of a whole run of an experiment's text. */
async function run(text: string): Promise<UntimedRunEvent[]> {
  const { experiment } = parseExperiment(text);
  const place = { name: 'test', experimentPath: `${folder}/test.latent.jsonc`, media: `${root}media`, engineFolder: `${root}dist` };
  const setup = await prepareRun({ experiment: experiment!, ...place });
  const keeper = { writeArray: (name: string) => name, removeArray: () => {}, saveCheckpoint: async () => ({ folder: '' }) };
  const events: UntimedRunEvent[] = [];
  for await (const event of train(setup, 1, { desk: new OrderDesk(1, { poll: () => [] }), keeper })) events.push(event);
  return events;
}

test('there is a template for each claim of the lecture', () => {
  const claims = ['linear', 'modes', 'denoising', 'copying', 'earlyStopping'];
  const masks = ['maskPenalty', 'rescale', 'flags', 'leastSquares', 'unrolled', 'clamping'];
  const names = templates.map(({ file }) => file.replace('.latent.jsonc', ''));
  expect(names).toEqual(expect.arrayContaining([...claims, ...masks, 'sparse']));
});

test.each(templates)('$file: its run confirms its claims, and has no metric that none could name', async ({ text }) => {
  const events = await run(text);
  const judged = events.flatMap((event) => (event.kind === 'claimsJudged' ? event.claims : []));
  expect(judged.length).toBeGreaterThan(0);
  expect(judged.filter(({ verdict }) => verdict !== 'confirmed')).toEqual([]);
  const last = events.at(-1)!;
  expect(last.kind).toBe('runFinished');
  if (last.kind === 'runFinished') expect(Object.keys(last.metrics).filter((name) => !isMetricName(name))).toEqual([]);
});
