import AxeBuilder from '@axe-core/playwright';
import { expect, test } from 'vitest';
import type { Beginning } from './fakeHost.ts';
import { type OpenedPage, outFolder } from './openPage.ts';
import { themes } from './themes.ts';
import { usePages } from './usePages.ts';

const openOne = usePages();
let opened: OpenedPage;
const open = async (beginning: Partial<Beginning> = {}): Promise<void> => {
  opened = await openOne(beginning);
  await opened.settled();
};
const drawn = (): Promise<void> =>
  opened.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
const chart = (): Promise<string> =>
  opened.page.locator('.loss-plot canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const setSmoothing = async (value: string): Promise<void> => {
  await opened.page.getByRole('slider', { name: /smooth/ }).fill(value);
  await drawn();
};

test('smoothing draws a course over the points, is kept with the run, and 0 gives the points back', async () => {
  await open({ epoch: 50 });
  const before = await chart();
  await setSmoothing('0.9');
  expect(await chart()).not.toBe(before);
  expect((await opened.said('viewChanged')).view).toMatchObject({ smoothing: 0.9 });
  await setSmoothing('0');
  expect(await chart()).toBe(before);
});

test('a click on the chart moves the whole page to that moment, the end of a pan does not', async () => {
  await open({ epoch: 50 });
  const box = (await opened.page.locator('.loss-plot canvas').boundingBox())!;
  const [x, y] = [box.x + box.width * 0.4, box.y + box.height / 2];
  await opened.page.mouse.click(x, y);
  await opened.page.waitForFunction(() => Number(document.getElementById('root')!.dataset.frameStep) < 600);
  const head = await opened.page.getAttribute('#root', 'data-head-step');
  await opened.page.mouse.move(x, y);
  await opened.page.mouse.down();
  await opened.page.mouse.move(x + 60, y, { steps: 6 });
  await opened.page.mouse.up();
  await drawn();
  expect(await opened.page.getAttribute('#root', 'data-head-step')).toBe(head);
});

test('a metric is found by its name, drawn with its best value, and kept with the run', async () => {
  await open({ epoch: 50 });
  const search = opened.page.getByRole('searchbox', { name: 'Find a metric by its name' });
  await search.fill('validation corr');
  expect(await opened.page.locator('.metric-search .chip').allTextContents()).toEqual(['validation corrupted']);
  await search.press('Enter');
  await opened.page.locator('#card-metrics figure').waitFor();
  expect(await opened.page.locator('#card-metrics figcaption').textContent()).toMatch(/^Now \d.*; best \d.* at epoch \d/);
  expect((await opened.said('viewChanged')).view).toMatchObject({ metrics: ['validation.lossCorrupted'] });
  await search.fill('no such thing');
  await opened.page.getByText('none is called so').waitFor();
});

test('the card of metrics is reached by its key, and says so when a run has none yet', async () => {
  await open();
  await opened.page.keyboard.press('m');
  expect(await opened.page.evaluate(() => document.activeElement!.id)).toBe('card-metrics');
});

test('a metric of a hostile name is text', async () => {
  await open({ epoch: 50, view: { metrics: ['<img src=x onerror=alert(1)>', 'validation.loss'] } });
  await opened.page.locator('#card-metrics figure').waitFor();
  expect(await opened.page.locator('#card-metrics figure').count()).toBe(1);
});

test('the curves break no rule of accessibility, in every theme', async () => {
  for (const [name, theme] of Object.entries(themes)) {
    await open({
      epoch: 50,
      theme,
      view: { metrics: ['validation.loss', 'train.lossCorrupted', 'batch.loss'], smoothing: 0.8, head: 400 },
    });
    await opened.page.locator('#card-metrics figure').first().waitFor();
    const { violations } = await new AxeBuilder({ page: opened.page }).include('#card-metrics').include('#card-loss').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await opened.page.screenshot({ path: `${outFolder}/curves-${name}.png`, fullPage: true });
    await opened.close();
  }
  await open();
});
