import AxeBuilder from '@axe-core/playwright';
import { expect, test } from 'vitest';
import type { Beginning } from './fakeHost.ts';
import { type OpenedPage, outFolder } from './openPage.ts';
import { themes } from './themes.ts';
import { usePages } from './usePages.ts';

const openOne = usePages();
let opened: OpenedPage;

const open = async (beginning: Partial<Beginning> = {}): Promise<void> => {
  opened = await openOne({ language: 'mlp', ...beginning });
  if (beginning.language !== 'counted' && beginning.epoch !== 0) await opened.settled();
};
const text = (selector: string): Promise<string | null> => opened.page.textContent(selector);
const cards = (): Promise<string[]> => opened.page.$$eval('.card', (all) => all.map((card) => card.id.replace('card-', '')));
const button = (card: string, name: string) => opened.page.locator(`#card-${card}`).getByRole('button', { name, exact: true });
const lossNumbers = async (): Promise<string[]> => {
  await button('loss', 'Show as a table').click();
  const numbers = await opened.page.locator('#card-loss tbody tr').first().locator('td').allTextContents();
  await button('loss', 'Show as a table').click();
  return numbers;
};

test('a language model has the cards of its kind, and none of an autoencoder as an empty shell', async () => {
  await open();
  expect(await cards()).toEqual(['loss', 'samples', 'numbers', 'latents', 'metrics']);
  await opened.close();
  await open({ language: 'transformer' });
  expect(await cards()).toEqual(['loss', 'samples', 'attention', 'latents', 'metrics', 'numbers']);
  await opened.close();
  await open({ language: 'counted' });
  await opened.page.waitForSelector('#card-samples .empty');
  expect(await cards()).toEqual(['loss', 'samples', 'metrics', 'numbers']);
});

test('the loss is read in nats, as perplexity or in bits a character, and the choice is remembered', async () => {
  await open();
  const [validation, train] = (await lossNumbers()).map(Number);
  expect(validation).toBeCloseTo(2.06, 1);
  await button('loss', 'Read the loss as perplexity, e to the power of the nats').click();
  expect(Number((await lossNumbers())[0])).toBeCloseTo(Math.exp(validation!), 1);
  expect((await opened.said('viewChanged')).view.lossUnit).toBe('perplexity');
  await button('loss', 'Read the loss in bits a character').click();
  const bits = (await lossNumbers()).map(Number);
  expect(bits[0]).toBeCloseTo(validation! / Math.LN2, 2);
  expect(bits[1]).toBeCloseTo(train! / Math.LN2, 2);
  const chart = (await opened.page.locator('.loss-plot canvas').boundingBox())!;
  await opened.page.mouse.move(chart.x + 200, chart.y + 100);
  expect(await text('.card-loss .hover')).toMatch(/^epoch [\d.]+ · bits a character/);
});

test('perplexity, bits a character and what counting reaches are among the numbers, with their definitions', async () => {
  await open();
  const numbers = await opened.page.locator('#card-numbers .cut').allTextContents();
  expect(numbers).toEqual(expect.arrayContaining(['validation nats', 'validation perplexity', 'validation bits a character', 'bigram']));
  expect(await opened.page.locator('#card-numbers button[title^="theory.bigram"]').getAttribute('title')).toContain(
    'which token follows which',
  );
});

test('texts stand with their probability, unfinished ones say so, and a click copies one', async () => {
  await open();
  const rows = opened.page.locator('.texts li');
  expect(await rows.count()).toBe(12);
  expect(await rows.first().textContent()).toMatch(/^emma−2\.\d\d$/);
  expect(await rows.nth(5).textContent()).toContain('… unfinished');
  await rows.first().getByRole('button').click();
  await opened.said('copy', { text: 'emma' });
  await button('samples', 'Copy all').click();
  expect((await opened.said('copy')).text.split('\n')).toHaveLength(12);
  await button('samples', 'Show as a table').click();
  expect(await text('#card-samples caption')).toBe('Texts drawn from the model');
  expect(await opened.page.locator('#card-samples tbody tr').count()).toBe(12);
});

test('samples are those of the moment of the head', async () => {
  await open();
  await opened.page.keyboard.press('Home');
  await expect.poll(() => opened.page.locator('.texts .text').nth(1).textContent()).toBe('xlivv');
  expect(await text('.card-samples .aside')).toBe('epoch 1');
  // the film goes on with the other cards too
  expect(await opened.page.getAttribute('#root', 'data-frame-step')).toBe('20');
});

test('the search of texts is asked for, also while there are none', async () => {
  await open();
  await button('samples', 'Search texts').click();
  await opened.said('searchTexts');
  await opened.close();
  await open({ epoch: 0 });
  await opened.page.waitForSelector('#card-samples .empty');
  expect(await text('#card-samples .empty')).toContain('always drawn by the same random numbers');
  await opened.page.locator('#card-samples .empty button').click();
  await opened.said('searchTexts');
});

test('a masked model shows its sentence filled in, what was hidden, and what it took it for', async () => {
  await open({ language: 'masked' });
  expect(await opened.page.locator('.blank-token.filled b').allTextContents()).toEqual(['o', 'e', 'd']);
  expect(await opened.page.locator('.blank-token.wrong small').allTextContents()).toEqual(['l']);
  expect(await text('.blanks .note')).toContain('2 of 3 hidden tokens right');
  expect(await opened.page.locator('.candidates figure').count()).toBe(3);
  expect(await opened.page.locator('.candidates li.true').allTextContents()).toEqual(['o0.67true', 'l0.28true', 'd0.67true']);
  await button('samples', 'Fill blanks').click();
  await opened.said('searchTexts');
  await button('samples', 'Save as CSV').click();
  expect((await opened.said('save', { type: 'csv' })).content).toMatch(/^place,hidden,candidate,probability\n2,o,o,0\.6/);
});

test('tokens are written beside their points, the pointer asks one, and too many are left to it', async () => {
  await open();
  expect(await text('#card-latents h2')).toBe('Embeddings');
  const written = (): Promise<string | null> => opened.page.getAttribute('.glyphs', 'data-written');
  expect(Number(await written())).toBeGreaterThan(20);
  const points = (await opened.page.locator('.points-box').boundingBox())!;
  for (let i = 0; i < 60 && (await opened.page.$('.card-latents .hover')) === null; i++)
    await opened.page.mouse.move(points.x + points.width * 0.008 * (i + 20), points.y + points.height * 0.45);
  expect(await text('.card-latents .hover')).toMatch(/^‘[a-z]’ · (vowel|consonant)/);
  await button('latents', 'Save as CSV').click();
  expect((await opened.said('save', { type: 'csv' })).content).toMatch(/^token,label,component 1,component 2\na,vowel,/);
  await button('latents', 'Save as PNG').click();
  await opened.said('save', { type: 'png', name: 'latents-20261124-101500-abcd' });
  await opened.close();
  await open({ tokens: Array.from({ length: 400 }, (_, i) => `token ${i}`) });
  expect(await written()).toBe('0');
  expect(await opened.page.getAttribute('#root', 'data-latent-points')).toBe('400');
});

test('every head has a map that says its habit, and the pointer asks who looks at whom', async () => {
  await open({ language: 'transformer' });
  expect(await opened.page.locator('.map').count()).toBe(8);
  expect(await opened.page.locator('.maps figcaption').first().textContent()).toMatch(/^mostly the token before, 0\.\d\d$/);
  const map = (await opened.page.locator('.map svg').first().boundingBox())!;
  const cell = map.width / 18;
  await opened.page.mouse.move(map.x + 2.5 * cell, map.y + 3.5 * cell);
  await expect.poll(() => text('.said')).toMatch(/^‘i’ looks at ‘r’: 0\.\d\d \(layer 1, head 1\)$/);
});

test('one head opens large, arrow keys move over its cells without moving the film, and Escape goes back', async () => {
  await open({ language: 'transformer' });
  await opened.page.keyboard.press('a');
  expect(await opened.page.evaluate(() => document.activeElement?.id)).toBe('card-attention');
  await opened.page.locator('.map').nth(3).focus();
  await opened.page.keyboard.press('Enter');
  await opened.page.waitForSelector('.large-map:focus svg');
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await opened.page.keyboard.press(key);
  await expect.poll(() => text('.said')).toMatch(/^‘r’ looks at ‘m’: 0\.\d\d \(layer 1, head 4\)$/);
  expect(await opened.page.getAttribute('#root', 'data-frame-step')).toBe('620');
  await button('attention', 'Head after').click();
  await expect.poll(() => text('.card-attention .stepper')).toContain('layer 2, head 1');
  await opened.page.locator('.large-map').focus();
  await opened.page.keyboard.press('Escape');
  await opened.page.waitForSelector('.map:focus');
  expect(await opened.page.locator('.map').count()).toBe(8);
});

test('attention is a table, a CSV of every weight, an SVG that holds its own colours, and a PNG', async () => {
  await open({ language: 'transformer' });
  await opened.page.waitForSelector('.map svg');
  await button('attention', 'Save as SVG').click();
  const { content } = await opened.said('save', { type: 'svg' });
  expect(content).not.toContain('var(');
  const drawn = await opened.page.evaluate((svg) => {
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    return { errors: parsed.querySelectorAll('parsererror').length, maps: parsed.querySelectorAll('svg > svg').length };
  }, content);
  expect(drawn).toEqual({ errors: 0, maps: 8 });
  await button('attention', 'Save as PNG').click();
  const png = await opened.said('save', { type: 'png' });
  expect(Buffer.from(png.content, 'base64').subarray(1, 4).toString()).toBe('PNG');
  await button('attention', 'Save as CSV').click();
  const csv = (await opened.said('save', { type: 'csv' })).content.trimEnd().split('\n');
  expect(csv).toHaveLength(1 + 8 * 18 * 18);
  expect(csv[0]).toBe('layer,head,place,token,looks at place,looks at,weight');
  await button('attention', 'Show as a table').click();
  expect(await opened.page.locator('#card-attention tbody tr').count()).toBe(8 * 18);
});

test('missing attention and missing samples say so, and the others stay', async () => {
  await open({ language: 'transformer', missing: ['attention'] });
  expect(await text('#card-attention .empty')).toContain('missing or damaged');
  expect(await opened.page.locator('.texts li').count()).toBe(12);
  await opened.close();
  await open({ language: 'transformer', missing: ['language'] });
  expect(await text('#card-samples .empty')).toContain('Nothing was drawn');
  expect(await text('#card-attention .empty')).toContain('No attention was kept');
});

test('texts and tokens that look like HTML stay text', async () => {
  const hostile = '<img src=x onerror=alert(1)>';
  await open({ language: 'transformer', tokens: ['a', hostile, ' ', '\n'] });
  await opened.page.evaluate((bad) => {
    const { run } = window.fakeHost;
    const real = run.languageAt.bind(run);
    run.languageAt = (step) => {
      const moment = real(step)!;
      moment.texts[0]!.text = bad;
      moment.texts[0]!.logProbability = Number.NEGATIVE_INFINITY;
      moment.texts[1]!.text = '';
      moment.attention!.tokens[0] = bad;
      return moment;
    };
    window.fakeHost.train(1);
  }, hostile);
  await opened.page.waitForSelector('#root[data-frame-step="640"]');
  expect(await opened.page.locator('.texts .text').first().textContent()).toBe(hostile);
  expect(await opened.page.locator('.texts .text').nth(1).textContent()).toBe('the empty text');
  await button('attention', 'Show as a table').click();
  await button('latents', 'Show as a table').click();
  expect(await opened.page.locator('#card-latents tbody th').allTextContents()).toEqual(['a', hostile.replaceAll(' ', '␣'), '␣', '⏎']);
  expect(await opened.page.$$('img')).toEqual([]);
});

test('the cards are found by their keys, and the list of keys names them and no others', async () => {
  await open({ language: 'transformer' });
  for (const [key, id] of [
    ['s', 'samples'],
    ['a', 'attention'],
    ['z', 'latents'],
    ['n', 'numbers'],
  ]) {
    await opened.page.keyboard.press(key!);
    expect(await opened.page.evaluate(() => document.activeElement?.id)).toBe(`card-${id}`);
  }
  await opened.page.keyboard.press('r');
  expect(await opened.page.evaluate(() => document.activeElement?.id)).toBe('card-numbers');
  await opened.page.keyboard.press('?');
  expect(await text('.help')).toContain('attention');
  expect(await text('.help')).not.toContain('reconstructions');
});

test('nothing jumps from the empty page to the full one', async () => {
  await open({ epoch: 0 });
  await opened.page.waitForSelector('#card-loss .empty');
  const heights = (): Promise<number[]> =>
    opened.page.$$eval('#card-loss, #card-samples, #card-latents', (all) => all.map((card) => card.getBoundingClientRect().height));
  const before = await heights();
  await opened.page.evaluate(() => window.fakeHost.train(1));
  await opened.page.waitForSelector('#root[data-frame-step="20"]');
  expect(await heights()).toEqual(before);
});

/** What axe-core finds in the cards. */
const findings = async (): Promise<string[]> => {
  const { violations } = await new AxeBuilder({ page: opened.page as never }).include('.cards').analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
};
const picture = (name: string): Promise<unknown> => opened.page.screenshot({ path: `${outFolder}/language-${name}.png`, fullPage: true });

for (const [name, theme] of Object.entries(themes)) {
  test(`a transformer breaks no rule of accessibility in ${name}, and is pictured`, async () => {
    await open({ theme, language: 'transformer' });
    await opened.page.waitForSelector('.map svg');
    await picture(`transformer-${name}`);
    expect(await findings()).toEqual([]);
    await opened.page.locator('.map').first().click();
    await opened.page.waitForSelector('.large-map svg');
    await opened.page.keyboard.press('ArrowDown');
    await opened.page.locator('#card-attention').screenshot({ path: `${outFolder}/attention-${name}.png` });
    for (const card of ['samples', 'latents']) await button(card, 'Show as a table').click();
    expect(await findings()).toEqual([]);
  });

  test(`a masked model breaks no rule of accessibility in ${name}, and is pictured`, async () => {
    await open({ theme, language: 'masked' });
    await opened.page.waitForSelector('.map svg');
    await picture(`masked-${name}`);
    await button('attention', 'Show as a table').click();
    expect(await findings()).toEqual([]);
  });

  test(`a network without attention is pictured in ${name}`, async () => {
    await open({ theme });
    await picture(`mlp-${name}`);
  });
}

for (const width of [320, 900])
  test(`the page of ${width} pixels has no sideways scrolling`, async () => {
    await open({ language: 'transformer' });
    await opened.page.setViewportSize({ width, height: 900 });
    await opened.page.waitForSelector('.map svg');
    await opened.page.screenshot({ path: `${outFolder}/language-${width}.png`, fullPage: true });
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
