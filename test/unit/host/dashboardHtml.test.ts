import { expect, test } from 'vitest';
import { dashboardHtml } from '../../../src/host/dashboardHtml.ts';

const parts = {
  cspSource: 'https://host.example',
  script: 'https://host.example/page.js',
  style: 'https://host.example/page.css',
  nonce: 'N0nce',
  language: 'en',
};
const html = dashboardHtml(parts);

test('the policy stands before anything that loads, and is exactly the strict one', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1];
  expect(policy).toBe(
    "default-src 'none'; script-src 'nonce-N0nce'; style-src https://host.example 'nonce-N0nce'; img-src https://host.example data: blob:; font-src https://host.example; worker-src blob:",
  );
  expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<link'));
  expect(html).not.toMatch(/unsafe|connect-src/);
});

test('nothing in the page is inline: no handler, no style, no script without its file', () => {
  expect(html).not.toMatch(/ on\w+=| style=|<style/);
  expect([...html.matchAll(/<script[^>]*>(.*?)<\/script>/g)].map((match) => match[1])).toEqual(['']);
  expect(html).toContain('<div id="root"></div>');
});

test('what comes from outside cannot leave its attribute', () => {
  const hostile = dashboardHtml({ ...parts, language: '"><img src=x onerror=alert(1)>', script: 'a"b<c>' });
  expect(hostile).not.toContain('<img');
  expect(hostile).toContain('src="a&quot;b&lt;c&gt;"');
});
