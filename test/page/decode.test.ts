import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from 'vitest';
import type { FromDecodePage } from '../../src/protocol/decodePage.ts';
import type { DecodeBeginning } from './decodeHost.ts';
import { themes } from './themes.ts';
import { beam, type OpenedDecode, useDecodePages } from './useDecodePages.ts';

const openOne = useDecodePages();
let opened: OpenedDecode;

const open = async (beginning: Partial<DecodeBeginning> = {}, size?: { width: number; height: number }): Promise<void> => {
  opened = await openOne(beginning, size);
};
const openAnswered = async (beginning: Partial<DecodeBeginning> = {}, size?: { width: number; height: number }): Promise<void> => {
  await open(beginning, size);
  await opened.answered();
};
const searches = async (): Promise<Extract<FromDecodePage, { kind: 'search' }>[]> =>
  (await opened.posts()).filter((post) => post.kind === 'search');
const node = (name: RegExp) => opened.page.getByRole('treeitem', { name });
const focused = (): Promise<string | null> => opened.page.evaluate(() => document.activeElement!.getAttribute('aria-label'));
const field = (name: string, role: 'slider' | 'combobox' | 'spinbutton') =>
  opened.page.locator('.controls').getByRole(role, { name, exact: true });
const slide = (name: string, value: number): Promise<void> => field(name, 'slider').fill(String(value));
const names = { model: { kind: 'hashed', size: 12 }, maxNewTokens: 8, strategy: { ...beam, beams: 4, returned: 4 } } as const;

test('a search is made at once, and the page says what the beam missed, by how much, and what greedy would have said', async () => {
  await openAnswered();
  expect((await searches())[0]).toMatchObject({ overlay: null, prompt: '', maxNewTokens: 3, strategy: beam });
  const said = await opened.text('.sentences');
  expect(said).toContain('The beam of 2 found “a b a …”, the best of 2, with ln p −1.5017.');
  expect(said).toContain('The beam missed the best text by 0.039 nats: exact search finds “b a a …”.');
  expect(said).toContain('Greedy would have said “a a a …”, 0.39 nats less probable.');
  expect(await opened.text('.cost')).toContain('5 model calls, 5 new');
});

test('a wider beam is searched for in the next frame, and then nothing is better', async () => {
  await openAnswered();
  const before = (await searches()).length;
  await slide('beams', 3);
  await opened.becomes('best', 'b a a');
  await opened.answered();
  expect(await opened.text('.sentences')).toMatch(
    /Exact search proves that nothing is better: all 8 texts accounted for, \d visited, \d ruled out by bound\./,
  );
  // the searches laid over the tree stay as they are: they do not depend on the number of beams
  expect((await searches()).slice(before)).toMatchObject([{ overlay: null, strategy: { beams: 3 } }]);
  expect(await opened.text('.cost')).toContain('6 model calls, 0 new');
});

test('many changes within a frame are one search, and an answer to an older question changes nothing', async () => {
  await openAnswered({ held: ['sample'] });
  const before = (await searches()).length;
  await opened.page.evaluate(() => {
    const slider = document.querySelector<HTMLInputElement>('.controls input[type="range"]')!;
    for (const value of ['5', '6', '7', '8']) {
      slider.value = value;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    }
  });
  await opened.said('search', { strategy: { ...beam, beams: 8 } } as never);
  const after = (await searches()).slice(before).filter(({ overlay }) => overlay === null);
  expect(after.map(({ strategy }) => 'beams' in strategy && strategy.beams)).toEqual([8]);
  await field('strategy', 'combobox').selectOption('sample');
  await opened.becomes('state', 'waiting');
  const old = await opened.page.evaluate(() => {
    const host = window.fakeHost as unknown as { posts: { kind: string; request: number }[]; answer(message: unknown): void };
    const first = host.posts.find(({ kind }) => kind === 'search')!;
    host.answer(first);
    return first.request;
  });
  expect(old).toBe(1);
  await opened.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  expect(await opened.page.getAttribute('#root', 'data-state')).toBe('waiting');
});

test('exact search proves its text and accounts for every other one', async () => {
  await openAnswered({ strategy: { kind: 'exact', returned: 2, lengthPenalty: { kind: 'none' }, forceEnd: false, maxNodes: 1000 } });
  expect(await opened.text('.sentences')).toMatch(
    /^Exact search proves that nothing is better than “b a a …” \(ln p −1\.4625\): all 8 texts accounted for/,
  );
  expect(await opened.text('#card-account')).toMatch(/Of 8 texts of at most 3 tokens out of 2, exact search visited \d/);
  expect(await opened.page.getByRole('button', { name: 'exact', exact: true }).isDisabled()).toBe(true);
});

test('an exact search that is left at its limit says so', async () => {
  await openAnswered({ ...names, strategy: { kind: 'exact', returned: 1, lengthPenalty: { kind: 'none' }, forceEnd: false, maxNodes: 5 } });
  expect(await opened.text('.sentences')).toContain('stopped at its limit of');
  expect(await opened.text('#card-account')).toContain('not looked at');
});

test('each strategy has its own settings and keeps what it has in common with the last', async () => {
  await openAnswered();
  const labels = (): Promise<string[]> => opened.page.locator('.controls .field-name').allTextContents();
  expect(await labels()).toEqual(
    expect.arrayContaining(['beams', 'length penalty', 'returned', 'stopping', 'finished', 'no repeated n-gram', 'force the end']),
  );
  await field('strategy', 'combobox').selectOption('sample');
  await opened.answered();
  expect(await labels()).toEqual([
    'prompt',
    'strategy',
    'new tokens',
    'temperature',
    'top k',
    'top p',
    'min p',
    'returned',
    'force the end',
  ]);
  await opened.said('search', {
    strategy: { kind: 'sample', temperature: 1, topK: 0, topP: 1, minP: 0, returned: 2, forceEnd: false },
  } as never);
  await field('strategy', 'combobox').selectOption('bestFirst');
  await opened.answered();
  expect(await labels()).toEqual(['prompt', 'strategy', 'new tokens', 'beams', 'returned', 'force the end']);
  await field('strategy', 'combobox').selectOption('greedy');
  await opened.answered();
  expect(await labels()).toEqual(['prompt', 'strategy', 'new tokens', 'force the end']);
  expect(await opened.text('.sentences')).toContain('Greedy found “a a a …”');
});

test('fewer beams than texts to give back lower their number, and a number that cannot be is not taken', async () => {
  await openAnswered();
  await slide('beams', 1);
  await opened.said('search', { strategy: { ...beam, beams: 1, returned: 1 } } as never);
  await opened.answered();
  const before = (await searches()).length;
  const count = field('returned', 'spinbutton');
  await count.fill('7');
  expect(await count.getAttribute('aria-invalid')).toBe('true');
  await count.blur();
  expect(await count.inputValue()).toBe('1');
  expect((await searches()).length).toBe(before);
});

test('tokens of a text add up to its sum, and a click on a text shows its path', async () => {
  await openAnswered(names);
  const rows = opened.page.locator('#card-texts tbody tr');
  expect(await rows.count()).toBe(4);
  for (let i = 0; i < 4; i++) {
    const costs = (await rows.nth(i).locator('.token-cost').allTextContents()).map((text) => Number(text.replace('−', '-')));
    const sum = Number((await rows.nth(i).locator('td').nth(2).textContent())!.replace('−', '-'));
    expect(costs.reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 2);
  }
  await rows.nth(1).getByRole('button').first().click();
  await expect.poll(() => opened.page.locator('.node[aria-selected="true"]').getAttribute('aria-label')).toContain('returned as number 2');
  await rows.nth(1).getByRole('button').first().click();
  await expect.poll(() => opened.page.locator('.node[aria-selected="true"]').count()).toBe(0);
});

test('a text that was never finished and one that is empty are called so', async () => {
  await openAnswered({
    model: { kind: 'table', next: { '': { a: 0.4, '</s>': 0.6 }, a: { '</s>': 1 } } },
    strategy: { ...beam, returned: 1 },
  });
  expect(await opened.text('.sentences')).toContain('found the empty text with ln p −0.51083.');
  expect(await opened.text('#card-texts')).toContain('empty');
});

test('keys reach every node: parent, child, the one above and below, the best text and the prompt', async () => {
  await openAnswered();
  await opened.page.keyboard.press('t');
  expect(await focused()).toBe('prompt ∅');
  await opened.page.keyboard.press('ArrowRight');
  expect(await focused()).toMatch(/^a, p 0.55, .*kept/);
  await opened.page.keyboard.press('ArrowDown');
  expect(await focused()).toMatch(/^b, p 0.45, .*kept, on the path of exact search/);
  await opened.page.keyboard.press('ArrowDown');
  expect(await focused()).toMatch(/^b, p 0.45/);
  await opened.page.keyboard.press('ArrowRight');
  expect(await focused()).toMatch(/^a, p 0.52, .*pruned: its rank was not among those kept, by/);
  await opened.page.keyboard.press('ArrowLeft');
  await opened.page.keyboard.press('ArrowUp');
  expect(await focused()).toMatch(/^a, p 0.55/);
  await opened.page.keyboard.press('End');
  expect(await focused()).toContain('returned as number 1');
  await opened.page.keyboard.press('Home');
  expect(await focused()).toBe('prompt ∅');
  const seen = new Set<string>();
  for (let column = 0; column < 4; column++) {
    for (let i = 0; i < 8; i++) await opened.page.keyboard.press('ArrowUp');
    for (let i = 0; i < 8; i++) {
      seen.add(await opened.page.evaluate(() => document.activeElement!.getAttribute('data-node')!));
      await opened.page.keyboard.press('ArrowDown');
    }
    for (let i = 0; i < 8; i++) await opened.page.keyboard.press('ArrowUp');
    await opened.page.keyboard.press('ArrowRight');
  }
  expect(seen.size).toBe(await opened.page.locator('.node').count());
});

test('Enter forces a node, f forbids it, and each can be taken back', async () => {
  await openAnswered();
  await opened.page.keyboard.press('t');
  await opened.page.keyboard.press('ArrowRight');
  await opened.page.keyboard.press('ArrowDown');
  await opened.page.keyboard.press('Enter');
  await opened.said('search', { constraints: { forced: [1], forbidden: [] } } as never);
  await opened.becomes('best', 'b a a');
  expect(await opened.text('.constraints')).toContain('begins with b');
  await opened.answered();
  expect(await focused()).toMatch(/^b, p 0.45/);
  await opened.page.keyboard.press('ArrowRight');
  await opened.page.keyboard.press('f');
  await opened.said('search', { constraints: { forced: [1], forbidden: [{ token: 0, after: [1] }] } } as never);
  await opened.answered();
  expect(await opened.text('.constraints')).toContain('no a after b');
  expect(await node(/^a, p 0.52.*forbidden: its token is forbidden here/).count()).toBe(1);
  await opened.page.getByRole('button', { name: 'Take back: begins with b' }).click();
  await opened.said('search', { constraints: { forced: [], forbidden: [{ token: 0, after: [1] }] } } as never);
  await opened.page.locator('.decode-header').click();
  await opened.page.keyboard.press('Backspace');
  await opened.said('search', { constraints: { forced: [], forbidden: [] } } as never);
  await opened.answered();
  expect(await opened.page.locator('.constraints').count()).toBe(0);
});

test('a click forces a node, and the menu of a node forbids its token anywhere', async () => {
  await openAnswered();
  await node(/^b, p 0.45, ln p −0.7985, sum −0.79851/)
    .locator('.mark')
    .click();
  await opened.said('search', { constraints: { forced: [1], forbidden: [] } } as never);
  await opened.answered();
  await node(/^a, p 0.52/)
    .locator('.mark')
    .click({ button: 'right' });
  expect(await opened.page.getByRole('menu').textContent()).toContain('Forbid a anywhere');
  await opened.page.keyboard.press('ArrowDown');
  await opened.page.keyboard.press('ArrowDown');
  await opened.page.keyboard.press('Enter');
  await opened.said('search', { constraints: { forced: [1], forbidden: [{ token: 0, after: null }] } } as never);
  await opened.becomes('best', 'b b b');
});

test('pointing at a node tells all about it, and a drag neither forces nor points', async () => {
  await openAnswered();
  const box = (await node(/^b, p 0.48/)
    .locator('.mark')
    .boundingBox())!;
  await opened.page.mouse.move(box.x + 3, box.y + 3);
  await expect
    .poll(() => opened.text('.detail'))
    .toMatch(/b b.*p 0.48.*sum −1\.5325.*rank 4.*pruned: its rank was not among those kept, by 0\.1361/);
  const before = (await searches()).length;
  await opened.page.mouse.down();
  await opened.page.mouse.move(box.x + 80, box.y + 40, { steps: 4 });
  await opened.page.mouse.up();
  expect((await searches()).length).toBe(before);
  const moved = (await node(/^b, p 0.48/)
    .locator('.mark')
    .boundingBox())!;
  expect(moved.x - box.x).toBeCloseTo(77, -1);
  await opened.page.mouse.wheel(0, -300);
  await opened.page.getByRole('button', { name: 'Show the whole tree (0)' }).click();
});

test('the film of a search goes back and forth, and is played', async () => {
  await openAnswered();
  const shown = (): Promise<number> => opened.page.locator('.node[display="inline"]').count();
  const all = await shown();
  await opened.page.keyboard.press(',');
  await opened.becomes('moment', '3');
  expect(await node(/returned/).count()).toBe(0);
  await opened.page.keyboard.press(',');
  await opened.becomes('moment', '2');
  expect(await shown()).toBeLessThan(all);
  await opened.page.getByLabel('Moment of the search').fill('0');
  await opened.becomes('moment', '0');
  // the searches laid over it are no part of the film
  expect(await opened.page.locator('.node[data-state="kept"]').count()).toBe(0);
  await opened.page.keyboard.press('.');
  await opened.becomes('moment', '1');
  expect(await opened.page.locator('.node[data-state="kept"]').count()).toBe(2);
  await opened.page.locator('.decode-header').click();
  await opened.page.keyboard.press(' ');
  await opened.becomes('moment', 'end');
  expect(await shown()).toBe(all);
});

test('searches are laid over the tree with a name each, and taken off again', async () => {
  await openAnswered();
  expect(await opened.page.getAttribute('#root', 'data-overlays')).toBe('exact greedy');
  expect(await opened.text('.end-names')).toContain('exact search');
  await opened.page.getByRole('button', { name: 'sampled' }).click();
  await opened.said('search', { overlay: 'sample' });
  await opened.becomes('overlays', 'exact greedy sample');
  await opened.page.getByRole('button', { name: 'exact', exact: true }).click();
  await opened.becomes('overlays', 'greedy sample');
  expect(await opened.text('.sentences')).not.toContain('missed');
  const told = async () => (await opened.posts()).filter((post) => post.kind === 'viewChanged').at(-1)?.view.overlays;
  await expect.poll(told).toEqual(['greedy', 'sample']);
});

test('moving alpha shows what each penalty takes without asking anybody, until the search itself goes by it', async () => {
  await openAnswered(names);
  expect(await opened.page.locator('.length-panel').count()).toBe(4);
  const before = (await searches()).length;
  const winner = (): Promise<string | null> => opened.page.locator('.length-panel').nth(1).locator('.winner').textContent();
  const long = await winner();
  await opened.page.locator('.length-panel').nth(1).getByLabel('alpha').fill('0');
  await expect.poll(winner).not.toBe(long);
  expect((await searches()).length).toBe(before);
  await field('length penalty', 'combobox').selectOption('power');
  await opened.said('search', { strategy: { ...names.strategy, lengthPenalty: { kind: 'power', alpha: 0 } } } as never);
  await opened.page.locator('.length-panel').nth(1).getByLabel('alpha').fill('1');
  await opened.said('search', { strategy: { ...names.strategy, lengthPenalty: { kind: 'power', alpha: 1 } } } as never);
  await opened.answered();
  expect(await opened.text('.sentences')).toContain('and score');
  expect(await opened.text('.cost')).toContain('0 new');
});

test('a prompt with an unknown token is told with what would work, and the offer is searched for', async () => {
  await openAnswered({ maxNewTokens: 2 });
  await field('prompt', 'combobox').fill('z');
  await opened.page.keyboard.press('Enter');
  await opened.becomes('state', 'failed');
  expect(await opened.page.getByRole('alert').textContent()).toContain('“z” is no token of this model');
  await opened.page.getByRole('button', { name: 'Use “a”' }).click();
  await opened.said('search', { prompt: 'a' });
  await opened.answered();
  expect(await opened.page.getByRole('alert').count()).toBe(0);
  expect(await field('prompt', 'combobox').inputValue()).toBe('a');
});

test('a table without a needed row is told before there is any tree', async () => {
  await open({ model: { kind: 'table', next: { '': { a: 1 } } } });
  await opened.becomes('state', 'failed');
  expect(await opened.page.getByRole('alert').textContent()).toContain('model.next has no row for "a": add one');
  expect(await opened.text('.tree-box')).toContain('The search could not be made');
});

test('no tokens, and texts that cannot end in time, are sensible answers', async () => {
  await openAnswered({ maxNewTokens: 0 });
  expect(await opened.text('.sentences')).toContain('No token may be generated');
  expect(await opened.text('.tree-box')).toContain('raise “new tokens”');
  await opened.close();
  await openAnswered({
    strategy: { ...beam, forceEnd: true },
    model: { kind: 'table', next: { '': { a: 1 }, a: { b: 1, '</s>': 0 }, 'a b': { b: 1 } } },
  });
  expect(await opened.text('.sentences')).toContain('found no text that ends within 3 tokens');
});

test('a search can be cancelled, and the page says that what it shows is older', async () => {
  await openAnswered({ held: ['sample'] });
  await field('strategy', 'combobox').selectOption('sample');
  await opened.becomes('state', 'waiting');
  await opened.page.getByRole('button', { name: 'Cancel' }).click();
  await opened.said('cancel');
  await opened.becomes('state', 'answered');
  expect(await opened.text('.cost')).toContain('cancelled');
});

test('hidden and shown again, the page searches for what it searched for', async () => {
  await openAnswered();
  await slide('beams', 3);
  await opened.becomes('best', 'b a a');
  await opened.page.getByRole('button', { name: 'Length', exact: true }).click();
  const state = await opened.state();
  await opened.close();
  await openAnswered({ state });
  expect(await opened.page.getAttribute('#root', 'data-best')).toBe('b a a');
  expect(await opened.page.getByRole('button', { name: 'Length', exact: true }).getAttribute('aria-expanded')).toBe('false');
});

test('a message that cannot be read is told to the host, and the page goes on', async () => {
  await openAnswered();
  await opened.send({ kind: 'unheardOf' });
  await opened.send({ kind: 'notice', message: 'the run trains on' });
  await expect.poll(() => opened.text('.sentences')).toContain('the run trains on');
  const failed = (await opened.posts()).filter((post) => post.kind === 'failed');
  expect(failed).toHaveLength(1);
  await opened.page.evaluate(() => {
    const { posts } = window.fakeHost as unknown as { posts: { kind: string }[] };
    posts.splice(
      posts.findIndex(({ kind }) => kind === 'failed'),
      1,
    );
  });
});

test('a sentence with blanks is filled, a candidate is written into its blank, and a blank is added', async () => {
  await open({ isMasked: true, prompts: ['mar[MASK]a[MASK]'] });
  await opened.becomes('state', 'answered');
  expect(await opened.text('.sentences')).toContain('Most probable: “maraaa”, each blank by itself');
  expect(await opened.page.locator('#card-blanks figure').count()).toBe(2);
  await opened.page.locator('#card-blanks figure').nth(0).getByRole('button', { name: 'i' }).click();
  await opened.said('fill', { text: 'maria[MASK]' });
  const input = field('sentence', 'combobox');
  await expect.poll(() => input.inputValue()).toBe('maria[MASK]');
  await input.evaluate((element) => (element as HTMLInputElement).setSelectionRange(0, 1));
  await opened.page.getByRole('button', { name: 'Add a blank' }).click();
  await opened.said('fill', { text: '[MASK]aria[MASK]' });
  const { violations } = await new AxeBuilder({ page: opened.page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
});

for (const [name, theme] of Object.entries(themes))
  test(`in the theme ${name}, axe finds nothing, and the drawing has the theme's colours`, async () => {
    await openAnswered({ ...names, theme });
    await opened.page.locator('.pick').first().click();
    await opened.page.keyboard.press('t');
    await opened.page.keyboard.press('ArrowRight');
    await opened.page.screenshot({ path: `test/out/decode-${name}.png`, fullPage: true });
    const { violations } = await new AxeBuilder({ page: opened.page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(await opened.page.locator('.edge-best').getAttribute('stroke')).toBe(theme.variables['charts-blue']);
    const other = name === 'light' ? themes.dark : themes.light;
    await opened.setTheme(other);
    await expect.poll(() => opened.page.locator('.edge-best').getAttribute('stroke')).toBe(other.variables['charts-blue']);
  });

test('narrow, everything stands in one column and nothing sticks out', async () => {
  await openAnswered(names, { width: 420, height: 900 });
  await opened.page.screenshot({ path: 'test/out/decode-narrow.png', fullPage: true });
  expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
  const lefts = await opened.page.$$eval('.card', (cards) => cards.map((card) => card.getBoundingClientRect().left));
  expect(new Set(lefts).size).toBe(1);
});
