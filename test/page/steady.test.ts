import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPage } from './openPage.ts';
import { themes } from './themes.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

for (const [name, theme] of Object.entries(themes))
  test(`axe-core finds nothing in ${name}`, async () => {
    const opened = await openPage(browser, { theme });
    await opened.settled();
    const findings = async (): Promise<string[]> => {
      const { violations } = await new AxeBuilder({ page: opened.page }).analyze();
      return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
    };
    expect(await findings()).toEqual([]);
    for (const id of ['loss', 'latents', 'reconstructions'])
      await opened.page.locator(`#card-${id}`).getByRole('button', { name: 'Show as a table' }).click();
    expect(await findings()).toEqual([]);
    await opened.page.keyboard.press('?');
    expect(await findings()).toEqual([]);
    await opened.close();
  });

test('axe-core finds nothing while nothing is there yet', async () => {
  for (const epoch of [null, 0]) {
    const opened = await openPage(browser, { epoch });
    await opened.said('ready');
    const { violations } = await new AxeBuilder({ page: opened.page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await opened.close();
  }
});

test('a run watched live and the same run opened later are the same picture', async () => {
  const live = await openPage(browser, { epoch: 0 });
  await live.said('ready');
  for (let epoch = 1; epoch <= 50; epoch++) {
    await live.page.evaluate(() => window.fakeHost.train(1));
    await live.page.waitForSelector(`#root[data-frame-step="${epoch * 20}"]`);
  }
  const later = await openPage(browser, { epoch: 50 });
  await later.settled();
  for (const card of ['loss', 'latents', 'reconstructions', 'numbers']) {
    const [a, b] = [await live.page.locator(`#card-${card}`).screenshot(), await later.page.locator(`#card-${card}`).screenshot()];
    expect(await largestDifference(live.page, a, b), card).toBeLessThanOrEqual(2);
  }
  await live.close();
  await later.close();
});

test('the page holds bounded memory however many points and moments come', async () => {
  const opened = await openPage(browser, { epoch: 1, epochs: 5000 });
  await opened.settled();
  const session = await opened.page.context().newCDPSession(opened.page);
  const heldBytes = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize } = (await session.send('Runtime.getHeapUsage')) as {
      usedSize: number;
      backingStorageSize?: number;
    };
    return usedSize + (backingStorageSize ?? 0);
  };
  // What a drawing still under way holds goes with the next pictures, what is kept stays: the least of several pictures is kept
  const usedBytes = async (): Promise<number> => {
    let least = await heldBytes();
    for (let unchanged = 0; unchanged < 3; unchanged++) {
      await opened.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
      const held = await heldBytes();
      if (held < least - 10_000) unchanged = -1;
      least = Math.min(least, held);
    }
    return least;
  };
  const train = (epochs: number, times: number, hasFrames: boolean): Promise<void> =>
    opened.page.evaluate(
      async ([many, rounds, isShown]) => {
        for (let i = 0; i < rounds; i++) {
          const { run, epoch } = window.fakeHost;
          const message = run.progress(epoch, epoch + many);
          if (!isShown) message.frames = [];
          const newest = (epoch + many) * run.stepsPerEpoch;
          message.kept = Array.from({ length: 200 }, (_, i) => newest - i * run.stepsPerEpoch);
          window.fakeHost.send(message);
          window.fakeHost.epoch += many;
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        }
      },
      [epochs, times, hasFrames] as const,
    );
  await train(10, 40, false);
  const before = await usedBytes();
  await train(25, 160, false);
  await opened.page.waitForSelector('#root[data-epoch="4401"]');
  expect(await opened.page.getAttribute('#root', 'data-loss-points')).toBe('4401');
  const byPoints = (await usedBytes()) - before;
  await train(1, 430, true);
  const full = await usedBytes();
  await train(1, 160, true);
  const byFrames = (await usedBytes()) - full;
  console.log(
    `page: ${mega(before)} MB; ${mega(byPoints)} more after 96,000 points, ${mega(full)} with as many moments of 21 kB as it remembers, ${mega(byFrames)} more after 160 others`,
  );
  expect(byPoints).toBeLessThan(2e6);
  expect(byFrames).toBeLessThan(1.5e6);
  await opened.close();
  // a thousand messages are drawn one by one, on a machine that may have other things to do
}, 180_000);

const mega = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** The largest difference of any shade (0 to 255) between two pictures; infinite where their sizes differ. */
function largestDifference(page: Page, a: Buffer, b: Buffer): Promise<number> {
  return page.evaluate(
    async (pictures) => {
      const [one, other] = await Promise.all(
        pictures.map(async (base64) => {
          const image = new Image();
          image.src = `data:image/png;base64,${base64}`;
          await image.decode();
          const canvas = document.createElement('canvas');
          canvas.width = image.width;
          canvas.height = image.height;
          const context = canvas.getContext('2d')!;
          context.drawImage(image, 0, 0);
          return context.getImageData(0, 0, canvas.width, canvas.height).data;
        }),
      );
      let most = one!.length === other!.length ? 0 : Number.POSITIVE_INFINITY;
      for (let i = 0; i < one!.length; i++) {
        most = Math.max(most, Math.abs(one![i]! - other![i]!));
      }
      return most;
    },
    [a, b].map((picture) => picture.toString('base64')),
  );
}
