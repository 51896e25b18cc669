import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type OpenedPage, openBrowser, openPage } from './openPage.ts';

let browser: Browser;
let opened: OpenedPage;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
afterEach(async () => {
  expect(await opened.violations()).toEqual([]);
  await opened.close();
});

const long = `${'very long '.repeat(1000)}name`;
const hostile = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "';alert(1)//",
  '‮txet desrever',
  '🧪\u0000\n\t',
  long,
  '',
  '__proto__',
];

for (const name of hostile)
  test(`a run, labels and notices called ${JSON.stringify(name).slice(0, 40)} stay text`, async () => {
    opened = await openPage(browser, {
      name,
      labelNames: [name, `${name}2`, 'plain'],
      change: {
        sentence: name,
        reason: `because ${name}`,
        status: 'failed',
        engine: name,
        marks: [{ step: 5, kind: 'warning', text: name }],
      },
    });
    await opened.settled();
    let dialogs = 0;
    opened.page.on('dialog', () => dialogs++);
    await opened.page.evaluate((message) => window.fakeHost.send({ kind: 'notice', message }), name);
    await opened.page.locator('#card-latents').getByRole('button', { name: 'Show as a table' }).click();
    await opened.page.locator('#card-reconstructions').getByRole('button', { name: 'Show as a table' }).click();
    await opened.page.waitForSelector('#card-reconstructions caption');
    expect(await opened.page.$$('img, script:not([nonce])')).toEqual([]);
    expect(dialogs).toBe(0);
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1400);
    const visible = name
      .replace(/[^\p{L}\p{P}\p{S}\p{Cf}]+/gu, ' ')
      .trim()
      .slice(0, 100);
    const shown = ((await opened.page.textContent('.run-name')) ?? '').replace(/[^\p{L}\p{P}\p{S}\p{Cf}]+/gu, ' ');
    expect(shown).toContain(visible);
    expect((await opened.posts()).filter((post) => post.kind === 'failed')).toEqual([]);
  });

test('a failed run says so first, with its reason', async () => {
  opened = await openPage(browser, {
    epoch: 7,
    change: { status: 'failed', reason: 'The loss is not a number since step 140.', sentence: 'Validation loss 3.20.' },
  });
  await opened.settled();
  expect((await opened.page.textContent('.sentence'))?.trim()).toMatch(
    /^The loss is not a number since step 140\. Validation loss 3\.20\.$/,
  );
  expect(await opened.page.getAttribute('#root', 'data-run-status')).toBe('failed');
});

test('what cannot be read of a run is counted', async () => {
  opened = await openPage(browser, { change: { skipped: 3 } });
  await opened.settled();
  expect(await opened.page.textContent('.sentences')).toContain('3 lines or arrays of this run could not be read');
});

test('numbers that are none break the lines and are named, and the page goes on', async () => {
  opened = await openPage(browser);
  await opened.settled();
  await opened.page.evaluate(() => {
    const message = window.fakeHost.run.progress(31, 32);
    for (const points of message.points) new Float64Array(points.samples).fill(Number.NaN, 1, 2);
    message.run.metrics['validation.loss'] = Number.NaN;
    message.run.metrics['train.loss'] = Number.POSITIVE_INFINITY;
    for (const frame of message.frames) frame.explained = [Number.NaN, Number.NaN];
    window.fakeHost.send(message);
  });
  await opened.page.waitForSelector('#root[data-epoch="32"]');
  expect(await opened.page.textContent('.numbers')).toContain('not a number');
  expect(await opened.page.textContent('.numbers')).toContain('∞');
  expect((await opened.posts()).filter((post) => post.kind === 'failed')).toEqual([]);
});

test('a message that cannot be read is told to the host, and the page goes on', async () => {
  opened = await openPage(browser);
  await opened.settled();
  await opened.page.evaluate(() => {
    window.fakeHost.send({ kind: 'snapshot', run: 7 });
    window.fakeHost.send(null);
    window.fakeHost.send({ kind: 'unheardOf' });
    window.fakeHost.train(1);
  });
  await opened.page.waitForSelector('#root[data-epoch="32"]');
  const failed = (await opened.posts()).filter((post) => post.kind === 'failed');
  expect(failed).toHaveLength(3);
  expect(failed[0]!.kind === 'failed' && failed[0]!.message).toContain('cannot read a message of the host');
});

test('arrays of another length than the sample are shown as far as they go', async () => {
  opened = await openPage(browser);
  await opened.settled();
  await opened.page.evaluate(() => {
    const host = window.fakeHost;
    const real = host.run.projection.bind(host.run);
    host.run.projection = (step) => real(step).slice(0, 81);
    host.run.reconstructions = () => new ArrayBuffer(12);
    host.train(1);
  });
  await opened.page.waitForSelector('#root[data-frame-step="640"]');
  expect(await opened.page.textContent('#card-latents .empty')).toContain('missing or damaged');
  expect(await opened.page.textContent('#card-reconstructions')).toContain('reconstructions of this moment are missing');
});

test('an answer that nobody waits for changes nothing', async () => {
  opened = await openPage(browser);
  await opened.settled();
  await opened.page.evaluate(() => {
    window.fakeHost.send({ kind: 'frame', request: 9999, step: 20, projection: null, reconstructions: null });
    window.fakeHost.send({ kind: 'curve', request: 9999, name: 'validation.loss', samples: new ArrayBuffer(0) });
    window.fakeHost.train(1);
  });
  await opened.page.waitForSelector('#root[data-frame-step="640"]');
  expect(await opened.page.getAttribute('#root', 'data-latent-points')).toBe('600');
});
