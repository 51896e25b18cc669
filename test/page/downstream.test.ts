import AxeBuilder from '@axe-core/playwright';
import { expect, test } from 'vitest';
import type { Beginning } from './fakeHost.ts';
import { type OpenedPage, outFolder } from './openPage.ts';
import { downstreamWith } from './syntheticDownstream.ts';
import { themes } from './themes.ts';
import { usePages } from './usePages.ts';

const openOne = usePages();
let opened: OpenedPage;

const open = async (beginning: Partial<Beginning> = {}): Promise<void> => {
  opened = await openOne({ epoch: 50, ...beginning });
  await opened.settled();
};
const titles = (): Promise<string[]> => opened.page.locator('#card-labels .panel h3').allTextContents();
const sentences = (): Promise<string[]> => opened.page.locator('#card-labels figcaption').allTextContents();

test('a run without a comparison has no card for it', async () => {
  await open();
  expect(await opened.page.locator('#card-labels').count()).toBe(0);
});

test('a comparison draws accuracy, paired differences and the three losses beside it, and says what exceeds the noise', async () => {
  await open({ change: { downstream: downstreamWith() } });
  expect(await titles()).toEqual([
    'Accuracy',
    'Paired differences',
    'Cross-entropy (what the heads minimise)',
    'Squared error',
    'Hinge loss',
  ]);
  expect((await sentences())[0]).toBe('With 10 labels fineTune is best: 51.9 % right.');
  expect((await sentences())[1]).toMatch(
    /^\d+ of 15 differences exceed the noise, the largest \w+ − \w+ with \d+ labels: \+0\.\d{3} ± 0\.\d{3}\.$/,
  );
  const notes = await opened.page.locator('#card-labels .notes li').allTextContents();
  expect(notes[0]).toContain('accuracy on 360 test rows, mean of 5 draws');
  expect(notes.some((note) => note.includes('fineTune is better than scratch with 10, 50 and 200 labels'))).toBe(true);
  // five bands, one an arm
  expect(await opened.page.locator('#card-labels .panel:first-child svg path[fill*="0.14"]').count()).toBe(5);
});

test('what was taken for what is a table for the arm and the labels that are chosen', async () => {
  await open({ change: { downstream: downstreamWith() } });
  await opened.page.waitForSelector('#card-labels .matrix');
  expect(await opened.page.locator('.matrix tbody tr').count()).toBe(10);
  expect(await opened.page.locator('.matrix tbody tr:first-child td.right').textContent()).toBe('89');
  await opened.page.selectOption('select[aria-label="Arm"]', 'raw');
  await opened.page.selectOption('select[aria-label="Number of labels"]', '200');
  expect(await opened.page.locator('.matrix tbody tr:first-child td.right').getAttribute('title')).toBe('160 of 180');
});

test('fits appear as they finish, and a missing matrix says so', async () => {
  await open({ change: { downstream: downstreamWith(0) }, missing: ['confusion'] });
  expect(await opened.page.textContent('#card-labels')).toContain('The first classifiers are being fitted.');
  const next = (fits: number) => opened.page.evaluate((downstream) => window.fakeHost.train(0, { downstream }), downstreamWith(fits));
  await next(30);
  await expect.poll(async () => (await sentences())[0]).toContain('30 of 75 fits so far.');
  await next(75);
  await expect.poll(() => opened.page.textContent('#card-labels')).toContain('The confusion matrix is missing or damaged.');
});

test('a comparison whose encoder has seen the test rows says so in its title', async () => {
  await open({ change: { downstream: { ...downstreamWith(), transductive: true } } });
  expect((await titles()).every((title) => title.endsWith(' (transductive)'))).toBe(true);
  expect(await opened.page.textContent('#card-labels .aside')).toBe('transductive');
});

test('class names are text, whatever they hold, and the numbers are there as CSV with their intervals', async () => {
  const classes = ['<img src=x onerror=alert(1)>', 'x'.repeat(3000), ...'abcdefgh'];
  await open({ change: { downstream: downstreamWith(75, classes) } });
  await opened.page.waitForSelector('#card-labels .matrix');
  expect(await opened.page.locator('.matrix tbody th').first().textContent()).toBe('<img src=x onerror=aler…');
  await opened.page.click('#card-labels [aria-label="Save as CSV"]');
  const { content } = await opened.said('save', { type: 'csv' });
  expect(content.split('\n')[0]).toBe('panel,line,x,y,low,high');
  expect(content).toContain('Accuracy,fineTune,10,0.5');
});

test('the card is found by its key and breaks no rule of accessibility, in every theme', async () => {
  for (const [name, theme] of Object.entries(themes)) {
    await open({ change: { downstream: downstreamWith() }, theme });
    await opened.page.waitForSelector('#card-labels .matrix');
    await opened.page.keyboard.press('d');
    expect(await opened.page.evaluate(() => document.activeElement?.id)).toBe('card-labels');
    const { violations } = await new AxeBuilder({ page: opened.page }).include('#card-labels').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    await opened.page.locator('#card-labels').screenshot({ path: `${outFolder}/labels-${name}.png` });
    if (name !== Object.keys(themes).at(-1)) await opened.close();
  }
});
