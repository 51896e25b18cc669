import { expect, test } from 'vitest';
import type { Beginning } from './fakeHost.ts';
import type { OpenedPage } from './openPage.ts';
import { themes } from './themes.ts';
import { usePages } from './usePages.ts';

const openOne = usePages();
let opened: OpenedPage;

const open = async (beginning: Partial<Beginning> = {}): Promise<void> => {
  opened = await openOne(beginning);
  if (beginning.epoch !== null && beginning.epoch !== 0) await opened.settled();
};
const fact = (name: string): Promise<string | null> => opened.page.getAttribute('#root', `data-${name}`);
const factBecomes = (name: string, value: string): Promise<unknown> => opened.page.waitForSelector(`#root[data-${name}="${value}"]`);
const cardHeights = (): Promise<number[]> =>
  opened.page.$$eval('.card', (cards) => cards.slice(0, 3).map((card) => card.getBoundingClientRect().height));

test('a snapshot fills the page, and the first point is told once', async () => {
  await open();
  expect(await fact('run-status')).toBe('running');
  expect(await fact('epoch')).toBe('31');
  expect(await fact('loss-points')).toBe('31');
  expect(await fact('latent-points')).toBe('600');
  expect(await fact('frame-step')).toBe('620');
  expect(await opened.page.textContent('.sentence')).toContain('3 % above the best a linear code of 16 can reach');
  expect(await opened.page.textContent('.header')).toContain('epoch 31 of 50');
  await opened.said('firstPointDrawn');
  await opened.page.evaluate(() => window.fakeHost.train(1));
  await factBecomes('epoch', '32');
  expect((await opened.posts()).filter((post) => post.kind === 'firstPointDrawn')).toHaveLength(1);
});

test('training moves the page on, and nothing jumps from the empty page to the full one', async () => {
  await open({ epoch: 0 });
  await opened.page.waitForSelector('.card-loss .empty');
  const before = await cardHeights();
  await opened.page.evaluate(() => window.fakeHost.train(1));
  await factBecomes('frame-step', '20');
  expect(await cardHeights()).toEqual(before);
  await opened.page.evaluate(() => window.fakeHost.train(2));
  await factBecomes('frame-step', '60');
  expect(await fact('loss-points')).toBe('3');
  expect(await cardHeights()).toEqual(before);
});

test('before the snapshot the page holds its places', async () => {
  await open({ epoch: null });
  await opened.said('ready');
  const before = await cardHeights();
  expect(await opened.page.$$('.skeleton')).not.toHaveLength(0);
  await opened.page.evaluate(() => {
    window.fakeHost.beginning.epoch = 3;
    window.fakeHost.epoch = 3;
    window.fakeHost.sendSnapshot();
  });
  await factBecomes('frame-step', '60');
  expect(await cardHeights()).toEqual(before);
});

test('the buttons order pause, step and stop, and resume when paused', async () => {
  await open();
  for (const [name, order] of [
    ['Pause', 'pause'],
    ['Step', 'step'],
    ['Stop', 'stop'],
  ] as const) {
    await opened.page.getByRole('button', { name, exact: true }).click();
    await opened.said('order', { order });
  }
  await opened.page.evaluate(() => window.fakeHost.train(0, { status: 'paused' }));
  await opened.page.getByRole('button', { name: 'Resume' }).click();
  await opened.said('order', { order: 'resume' });
});

test('a run that was stopped can go on', async () => {
  await open();
  await opened.page.evaluate(() => window.fakeHost.train(0, { status: 'stopped' }));
  await factBecomes('run-status', 'stopped');
  expect(await opened.page.getByRole('button', { name: 'Stop', exact: true }).isDisabled()).toBe(true);
  await opened.page.getByRole('button', { name: 'Resume' }).click();
  await opened.said('order', { order: 'resume' });
});

test('a finished run takes no orders', async () => {
  await open({ epoch: 50 });
  for (const name of ['Pause', 'Step', 'Stop'])
    expect(await opened.page.getByRole('button', { name, exact: true }).isDisabled()).toBe(true);
  await opened.page.keyboard.press(' ');
  expect((await opened.posts()).filter((post) => post.kind === 'order')).toEqual([]);
});

test('the learning rate is changed in its place, and nonsense is not sent', async () => {
  await open();
  await opened.page.getByRole('button', { name: /learning rate/ }).click();
  await opened.page.getByRole('textbox').fill('fast');
  await opened.page.keyboard.press('Enter');
  expect(await opened.page.getByRole('textbox').getAttribute('aria-invalid')).toBe('true');
  await opened.page.getByRole('textbox').fill('0.0005');
  await opened.page.keyboard.press('Enter');
  await opened.said('setLearningRate', { learningRate: 0.0005 });
});

test('keys pause, move the head, go to the cards and open their list', async () => {
  await open();
  await opened.page.keyboard.press(' ');
  await opened.said('order', { order: 'pause' });
  await opened.page.keyboard.press('ArrowLeft');
  await factBecomes('frame-step', '600');
  await opened.page.keyboard.press('Shift+ArrowLeft');
  await factBecomes('frame-step', '400');
  await opened.page.keyboard.press('ArrowRight');
  await factBecomes('frame-step', '420');
  await opened.page.keyboard.press('Home');
  await factBecomes('frame-step', '20');
  await opened.page.keyboard.press('End');
  await factBecomes('frame-step', '620');
  for (const [key, id] of [
    ['l', 'card-loss'],
    ['z', 'card-latents'],
    ['r', 'card-reconstructions'],
    ['n', 'card-numbers'],
  ]) {
    await opened.page.keyboard.press(key!);
    expect(await opened.page.evaluate(() => document.activeElement?.id)).toBe(id);
  }
  await opened.page.keyboard.press('?');
  await opened.page.getByRole('dialog').waitFor();
  await opened.page.keyboard.press('Escape');
  await opened.page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('the head follows live training until it is dragged, and again after "go live"', async () => {
  await open();
  const box = (await opened.page.locator('.track').boundingBox())!;
  await opened.page.mouse.move(box.x + box.width * 0.62, box.y + 14);
  await opened.page.mouse.down();
  await opened.page.mouse.move(box.x + box.width * 0.2, box.y + 14, { steps: 4 });
  await opened.page.mouse.up();
  await factBecomes('frame-step', '200');
  await opened.page.evaluate(() => window.fakeHost.train(1));
  await factBecomes('epoch', '32');
  expect(await fact('frame-step')).toBe('200');
  expect(await opened.page.textContent('.card-latents .aside')).toBe('epoch 10');
  const view = (await opened.said('viewChanged')).view;
  expect(view.head).toBe(200);
  await opened.page.getByRole('button', { name: 'go live' }).click();
  await factBecomes('frame-step', '640');
});

test('a change of theme is seen by page and pictures', async () => {
  await open();
  const corner = (): Promise<number[]> =>
    opened.page.$eval('.strip canvas', (canvas) => [
      ...(canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, 1, 1).data.slice(0, 3),
    ]);
  expect(await corner()).toEqual([31, 31, 31]);
  const line = (): Promise<string | null> => opened.page.getAttribute('.card-loss .chip line', 'stroke');
  expect(await line()).toBe('#59a4f9');
  await opened.page.evaluate((theme) => window.fakeHost.setTheme(theme), themes.light);
  await opened.page.waitForFunction(() => document.querySelector('.card-loss .chip line')?.getAttribute('stroke') === '#0063d3');
  await opened.page.waitForFunction(() => {
    const canvas = document.querySelector('.strip canvas') as HTMLCanvasElement;
    return canvas.getContext('2d')!.getImageData(0, 0, 1, 1).data[0] === 255;
  });
});

test('hidden and shown again, the page looks as it was left', async () => {
  await open();
  await opened.page.getByRole('button', { name: 'Logarithmic loss axis' }).click();
  await opened.page.getByRole('button', { name: 'Numbers' }).click();
  await opened.page.locator('.label-chips .chip').nth(3).click();
  await opened.page.keyboard.press('Home');
  await factBecomes('frame-step', '20');
  await factBecomes('latent-points', '540');
  const state = await opened.page.evaluate(() => window.fakeHost.state);
  await opened.close();
  await open({ state, epoch: 40 });
  expect(await fact('frame-step')).toBe('20');
  expect(await fact('latent-points')).toBe('540');
  expect(await opened.page.getByRole('button', { name: 'Logarithmic loss axis' }).getAttribute('aria-pressed')).toBe('true');
  expect(await opened.page.getByRole('button', { name: 'Numbers' }).getAttribute('aria-expanded')).toBe('false');
});

test('what an earlier panel left behind for another run is not taken', async () => {
  await open({ state: { id: 'another', view: { logY: true } }, view: { folded: ['numbers'] } });
  expect(await opened.page.getByRole('button', { name: 'Logarithmic loss axis' }).getAttribute('aria-pressed')).toBe('false');
  expect(await opened.page.getByRole('button', { name: 'Numbers' }).getAttribute('aria-expanded')).toBe('false');
});

test('a resumed run forgets what came after the step it resumed from', async () => {
  await open();
  await opened.page.evaluate(() => {
    const message = window.fakeHost.run.progress(10, 11);
    window.fakeHost.send({ ...message, cut: 200 });
  });
  await factBecomes('frame-step', '220');
  expect(await fact('loss-points')).toBe('11');
  expect(await opened.page.$$('.timeline .tick')).toHaveLength(11);
});

test('frames that went are gone from the timeline', async () => {
  await open();
  await opened.page.evaluate(() => window.fakeHost.send({ ...window.fakeHost.run.progress(31, 32), kept: [40, 80, 620] }));
  await factBecomes('frame-step', '640');
  expect(await opened.page.$$('.timeline .tick')).toHaveLength(4);
});
