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
const titles = (): Promise<string[]> => opened.page.locator('.panel h3').allTextContents();
const sentenceOf = (title: string): Promise<string | null> =>
  opened.page
    .locator('.panel', { has: opened.page.locator('h3', { hasText: title }) })
    .locator('figcaption')
    .textContent();

test('a linear run draws its filter, learning curves, angles, singular values and depths, each with a sentence', async () => {
  await open({ isLinear: true, epoch: 50 });
  expect(await titles()).toEqual([
    'Filter',
    'Learning curves',
    'Angles to the best subspace',
    'Singular values',
    'Early stopping',
    'Spectrum of the codes',
  ]);
  expect(await sentenceOf('Filter')).toMatch(/^(Every direction is kept as predicted|Farthest from the prediction is direction \d)/);
  expect(await sentenceOf('Learning curves')).toMatch(
    /^Large directions first: number 1 was half learned by epoch .*; the prediction is at most/,
  );
  expect(await sentenceOf('Early stopping')).toBe(
    'Best after 8 steps, predicted 8; after 50 the loss is 422 % higher: stopping early denoises.',
  );
});

test('what a network has no theory for is not drawn', async () => {
  await open();
  expect(await titles()).toEqual(['Spectrum of the codes']);
});

test('the panels show the moment of the head', async () => {
  await open({ isLinear: true, epoch: 50 });
  const late = await sentenceOf('Angles to the best subspace');
  await opened.page.keyboard.press('Home');
  await expect.poll(() => sentenceOf('Angles to the best subspace')).not.toBe(late);
  expect(await sentenceOf('Angles to the best subspace')).toMatch(/^0 of 6 directions of the best subspace are found/);
});

test('a moment without spectra says so', async () => {
  await open({ missing: ['spectra'] });
  expect(await opened.page.textContent('#card-theory .empty')).toContain('has no spectra');
});

test('codes are compared with another run on request, and the answer is one more panel', async () => {
  await open();
  await opened.page.click('#card-theory [aria-label="Compare the codes with another run"]');
  await opened.said('compareCodes');
  await opened.page.evaluate(() => {
    const samples = Float64Array.of(0, 0.2, 200, 0.6, 620, 0.93).buffer;
    window.fakeHost.send({ kind: 'similarity', name: '<b>Vanilla</b>', rows: 600, samples });
  });
  await expect.poll(titles).toEqual(['Spectrum of the codes', 'Codes against another run']);
  expect(await sentenceOf('Codes against another run')).toBe(
    'The codes and those of “<b>Vanilla</b>” are almost the same up to rotation and scale: 0.93, 0.20 at the start.',
  );
});

test('the panels are there as a table, as CSV and as one SVG that holds its own colours', async () => {
  await open({ isLinear: true });
  await opened.page.click('#card-theory [aria-label="Save as SVG"]');
  const { content } = await opened.said('save', { type: 'svg' });
  expect(content).not.toContain('var(');
  const drawn = await opened.page.evaluate((svg) => {
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    return { errors: parsed.querySelectorAll('parsererror').length, charts: parsed.querySelectorAll('svg > svg').length };
  }, content);
  expect(drawn).toEqual({ errors: 0, charts: 6 });
  await opened.page.click('#card-theory [aria-label="Save as CSV"]');
  expect((await opened.said('save', { type: 'csv' })).content).toContain('Filter,predicted,1,');
  await opened.page.click('#card-theory [aria-label="Show as a table"]');
  expect(await opened.page.locator('#card-theory tbody tr').count()).toBeGreaterThan(100);
});

test('the card is found by its key and breaks no rule of accessibility, in every theme', async () => {
  for (const [name, theme] of Object.entries(themes)) {
    await open({ isLinear: true, theme });
    await opened.page.keyboard.press('t');
    expect(await opened.page.evaluate(() => document.activeElement?.id)).toBe('card-theory');
    const { violations } = await new AxeBuilder({ page: opened.page as never }).include('#card-theory').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    await opened.page.locator('#card-theory').screenshot({ path: `${outFolder}/theory-${name}.png` });
    if (name !== Object.keys(themes).at(-1)) await opened.close();
  }
});
