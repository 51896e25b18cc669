import { expect, test } from 'vitest';
import { beam, type OpenedDecode, useDecodePages } from './useDecodePages.ts';

const openOne = useDecodePages();

async function save(opened: OpenedDecode, button: string, type: 'svg' | 'png' | 'json' | 'csv') {
  await opened.page.getByRole('button', { name: button }).first().click();
  return opened.said('save', { type });
}

test('the tree is saved as a drawing with its own colours and fonts, and as a picture', async () => {
  const opened = await openOne();
  await opened.answered();
  const svg = await save(opened, 'Save as SVG', 'svg');
  expect(svg.name).toBe('tree-A beam of two misses the best text');
  expect(svg.content).not.toMatch(/var\(|tabindex|class="ring"/);
  expect(svg.content).toContain('font-family=');
  const drawn = await opened.page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    return {
      errors: parsed.querySelectorAll('parsererror').length,
      nodes: parsed.querySelectorAll('.node').length,
      root: parsed.documentElement.localName,
    };
  }, svg.content);
  expect(drawn).toEqual({ errors: 0, nodes: await opened.page.locator('.node').count(), root: 'svg' });
  const png = await save(opened, 'Save as PNG', 'png');
  const bytes = Buffer.from(png.content, 'base64');
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  expect(bytes.readUInt32BE(16)).toBeGreaterThan(500);
});

test('the whole search is saved as JSON, numbers that JSON has not as words, and the texts as CSV', async () => {
  const opened = await openOne();
  await opened.answered();
  const json = JSON.parse((await save(opened, 'Save the whole search as JSON', 'json')).content);
  expect(json.asked.strategy).toEqual(beam);
  expect(json.answer.nodes.length).toBe(Number(await opened.page.getAttribute('#root', 'data-nodes')));
  expect(json.overlays.exact.exact.log10RuledOut.impossible).toBe('-Infinity');
  const csv = (await save(opened, 'Save as CSV', 'csv')).content.trimEnd().split('\n');
  expect(csv[0]).toBe('rank,text,tokens,log-probabilities,log-probability,length,score,finished');
  expect(csv[1]).toMatch(/^1,a b a,a b a,-0\.597\d+ -0\.798\d+ -0\.105\d+,-1\.5017\d+,3,-1\.5017\d+,false$/);
});

const long = 'very long '.repeat(300);
for (const token of ['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', '‮txet', '🧪', long, '__proto__', '\u0000\u200b'])
  test(`a token ${JSON.stringify(token).slice(0, 30)} stays text, on the page and in what is saved`, async () => {
    const name = token.replaceAll(' ', '_');
    const next: Record<string, Record<string, number>> = { '': { [name]: 0.6, a: 0.4 }, [name]: { '</s>': 1 }, a: { '</s>': 1 } };
    const opened = await openOne({ model: { kind: 'table', next }, name: token });
    let dialogs = 0;
    opened.page.on('dialog', () => dialogs++);
    await opened.answered();
    await opened.send({ kind: 'notice', message: token });
    await opened.send({ kind: 'failed', request: 99, message: token, offer: token });
    expect(await opened.page.$$('img, script:not([nonce])')).toEqual([]);
    expect(dialogs).toBe(0);
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1400);
    const svg = await save(opened, 'Save as SVG', 'svg');
    const errors = await opened.page.evaluate(
      (text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelectorAll('parsererror, script, img').length,
      svg.content,
    );
    expect(errors).toBe(0);
  });
