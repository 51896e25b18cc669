import AxeBuilder from '@axe-core/playwright';
import { expect, test } from 'vitest';
import type { Beginning } from './fakeHost.ts';
import type { OpenedPage } from './openPage.ts';
import { usePages } from './usePages.ts';

const openOne = usePages();
let opened: OpenedPage;

const open = async (beginning: Partial<Beginning> = {}): Promise<void> => {
  opened = await openOne(beginning);
  await opened.settled();
};
const text = (selector: string): Promise<string | null> => opened.page.textContent(selector);
const screenInk = async (): Promise<number> => {
  const picture = await opened.page.locator('.points-box').screenshot();
  return opened.page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let ink = 0;
    for (let i = 0; i < data.length; i += 4) if (Math.max(data[i]!, data[i + 1]!, data[i + 2]!) > 90) ink++;
    return ink;
  }, picture.toString('base64'));
};

test('the scatter is drawn with WebGL2, and with a canvas where there is none', async () => {
  await open();
  expect(await opened.page.getAttribute('.points-box', 'data-renderer')).toBe('webgl2');
  const ink = await screenInk();
  expect(ink).toBeGreaterThan(2000);
  await opened.close();
  await open({ hasWebGl: false });
  expect(await opened.page.getAttribute('.points-box', 'data-renderer')).toBe('canvas2d');
  const other = await screenInk();
  expect(Math.abs(other - ink) / ink).toBeLessThan(0.15);
});

test('a lost WebGL context is drawn again when it is restored', async () => {
  await open();
  const ink = await screenInk();
  await opened.page.evaluate(async () => {
    const canvas = document.querySelector('.points') as HTMLCanvasElement;
    const lose = canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!;
    const lost = new Promise((done) => canvas.addEventListener('webglcontextlost', done, { once: true }));
    const restored = new Promise((done) => canvas.addEventListener('webglcontextrestored', done, { once: true }));
    lose.loseContext();
    await lost;
    await new Promise((done) => setTimeout(done));
    lose.restoreContext();
    await restored;
  });
  await expect.poll(screenInk).toBe(ink);
});

test('a WebGL context that stays lost gives way to the canvas', async () => {
  await open();
  const ink = await screenInk();
  await opened.page.evaluate(() => {
    const canvas = document.querySelector('.points') as HTMLCanvasElement;
    canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!.loseContext();
  });
  await opened.page.waitForSelector('.points-box[data-renderer="canvas2d"]');
  expect(Math.abs((await screenInk()) - ink) / ink).toBeLessThan(0.15);
});

test('legend chips filter the points, and a double click shows a label alone', async () => {
  await open();
  const chip = opened.page.locator('.label-chips .chip').nth(2);
  await chip.click();
  await opened.page.waitForSelector('#root[data-latent-points="540"]');
  expect(await chip.getAttribute('aria-pressed')).toBe('false');
  expect((await opened.said('viewChanged')).view.hiddenLabels).toEqual(['2']);
  await chip.click();
  await opened.page.waitForSelector('#root[data-latent-points="600"]');
  await chip.dblclick();
  await opened.page.waitForSelector('#root[data-latent-points="60"]');
});

test('the pointer asks a point for its row and label, a pixel for its values and the chart for its numbers', async () => {
  await open();
  const points = (await opened.page.locator('.points-box').boundingBox())!;
  for (let i = 0; i < 40 && (await opened.page.$('.card-latents .hover')) === null; i++)
    await opened.page.mouse.move(points.x + points.width * (0.3 + 0.01 * i), points.y + points.height * 0.5);
  expect(await text('.card-latents .hover')).toMatch(/^row \d+ · \d/);
  await opened.page
    .locator('.strip canvas')
    .first()
    .hover({ position: { x: 20, y: 3 } });
  await opened.page.waitForSelector('.strip[title^="pixel 0, 3 · input 1"]');
  const chart = (await opened.page.locator('.loss-plot canvas').boundingBox())!;
  await opened.page.mouse.move(chart.x + 200, chart.y + 100);
  expect(await text('.card-loss .hover')).toContain('averaged over samples, on the clean input');
});

test('every card has a table', async () => {
  await open();
  for (const [id, words] of [
    ['loss', 'Loss by epoch'],
    ['latents', 'Codes on two axes'],
    ['reconstructions', 'Stored rows'],
  ]) {
    await opened.page.locator(`#card-${id}`).getByRole('button', { name: 'Show as a table' }).click();
    expect(await text(`#card-${id} caption`)).toContain(words);
    expect(await opened.page.locator(`#card-${id} tbody tr`).count()).toBeGreaterThan(10);
  }
  expect(await text('#card-loss tbody th')).toBe('31');
});

test('cards are saved as PNG and CSV', async () => {
  await open();
  for (const id of ['loss', 'latents', 'reconstructions']) {
    await opened.page.locator(`#card-${id}`).getByRole('button', { name: 'Save as PNG' }).click();
    const png = await opened.said('save', { type: 'png', name: `${id}-20261124-101500-abcd` });
    expect(Buffer.from(png.content, 'base64').subarray(1, 4).toString()).toBe('PNG');
    await opened.page.locator(`#card-${id}`).getByRole('button', { name: 'Save as CSV' }).click();
    await opened.said('save', { type: 'csv', name: `${id}-20261124-101500-abcd` });
  }
  const csv = (await opened.said('save', { type: 'csv', name: 'latents-20261124-101500-abcd' })).content;
  expect(csv.split('\n')[0]).toBe('row,label,component 1,component 2');
  expect(csv.trimEnd().split('\n')).toHaveLength(601);
});

test('a click copies a number', async () => {
  await open();
  await opened.page.getByRole('button', { name: /best linear code/ }).click();
  await opened.said('copy', { text: '1.32' });
});

test('the wheel zooms the loss, asks for the range in detail, and 0 shows all', async () => {
  await open({ epochs: 600, epoch: 400 });
  await opened.page.locator('.loss-plot canvas').hover();
  const reset = opened.page.locator('#card-loss').getByRole('button', { name: 'Show the whole run' });
  expect(await reset.isDisabled()).toBe(true);
  const before = (await opened.posts()).filter((post) => post.kind === 'askCurve').length;
  for (let i = 0; i < 8; i++) await opened.page.mouse.wheel(0, -400);
  await expect.poll(() => reset.isDisabled()).toBe(false);
  await expect.poll(async () => (await opened.posts()).filter((post) => post.kind === 'askCurve').length).toBeGreaterThan(before);
  const asked = (await opened.posts()).findLast((post) => post.kind === 'askCurve')!;
  expect(asked).toMatchObject({ name: 'batch.loss' });
  expect(asked.kind === 'askCurve' && asked.to - asked.from).toBeLessThan(600 * 20);
  await opened.page.keyboard.press('l');
  await opened.page.keyboard.press('0');
  await expect.poll(() => reset.isDisabled()).toBe(true);
});

test('the scatter zooms by wheel and keys, moves by drag, and 0 shows all', async () => {
  await open();
  const reset = opened.page.locator('#card-latents').getByRole('button', { name: 'Show all points' });
  await opened.page.locator('.points-box').hover();
  await opened.page.mouse.wheel(0, -300);
  await expect.poll(() => reset.isDisabled()).toBe(false);
  await opened.page.mouse.down();
  await opened.page.mouse.move(900, 300, { steps: 3 });
  await opened.page.mouse.up();
  await reset.click();
  await expect.poll(() => reset.isDisabled()).toBe(true);
  await opened.page.keyboard.press('z');
  await opened.page.keyboard.press('+');
  await expect.poll(() => reset.isDisabled()).toBe(false);
  await opened.page.keyboard.press('0');
  await expect.poll(() => reset.isDisabled()).toBe(true);
});

test('each missing part has its own sentence, and the others stay', async () => {
  await open({ missing: ['projection'] });
  expect(await text('#card-latents .empty')).toContain('missing or damaged');
  expect(await opened.page.locator('.strip').count()).toBe(64);
  await opened.close();
  await open({ missing: ['reconstructions'] });
  expect(await text('#card-reconstructions .note >> nth=1')).toContain('reconstructions of this moment are missing');
  expect(await opened.page.getAttribute('#root', 'data-latent-points')).toBe('600');
  await opened.close();
  await open({ missing: ['inputs'] });
  expect(await text('#card-reconstructions .empty')).toContain('stored inputs of this run are missing');
  await opened.close();
  await open({ missing: ['curves'] });
  expect(await text('#card-loss .empty')).toContain('first step of training');
});

test('data without labels say how to colour them', async () => {
  await open({ hasLabels: false });
  expect(await text('.no-labels')).toContain('no labels');
  expect(await opened.page.getAttribute('#root', 'data-latent-points')).toBe('600');
});

test('rows of a table are shown one at a time, with their errors as bars', async () => {
  await open({ isTabular: true });
  expect(await opened.page.locator('.bars tbody tr').count()).toBe(6);
  expect(await text('.stepper')).toContain('sample 1 of 64');
  await opened.page.getByRole('button', { name: 'Sample after' }).click();
  await expect.poll(() => text('.stepper')).toContain('sample 2 of 64');
  await opened.page.getByRole('button', { name: 'Worst first' }).click();
  expect(await opened.page.getByRole('button', { name: 'Worst first' }).getAttribute('aria-pressed')).toBe('true');
});

test('claims stand under the sentence with their verdict in a word and as text, and nothing stands there without claims', async () => {
  await open();
  expect(await opened.page.locator('.claims').count()).toBe(0);
  await opened.close();
  const claims: Beginning['change'] = {
    claims: [
      { text: 'test.loss < 1.6', verdict: 'confirmed', words: '1.53 against 1.6' },
      { text: '<img src=x onerror=alert(1)>', verdict: 'refuted', words: '2 against 1' },
      { text: 'train.loss < 1', verdict: 'undecided', words: 'the run has no train.loss' },
    ],
  };
  await open({ epoch: 50, change: claims });
  expect(await opened.page.locator('.claim').allTextContents()).toEqual([
    'confirmedtest.loss < 1.61.53 against 1.6',
    'refuted<img src=x onerror=alert(1)>2 against 1',
    'undecidedtrain.loss < 1the run has no train.loss',
  ]);
  const { violations } = await new AxeBuilder({ page: opened.page }).include('.claims').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
});
