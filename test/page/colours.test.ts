import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { themes } from './themes.ts';

const webview = fileURLToPath(new URL('../../webview', import.meta.url));

/** Colours of VS Code that every default theme has, and that cover what is below them. */
const isSolid = (name: string): boolean =>
  Object.values(themes).every(({ variables }) => variables[name] !== undefined && !/rgba\(.*0?\.\d+\)/.test(variables[name]));

test('charts are drawn in colours that every theme has and that nothing shines through', () => {
  const drawn = readdirSync(webview, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(css|tsx?)$/.test(path))
    .map((path) => readFileSync(join(webview, path), 'utf8').replace(/\/\*.*?\*\//gs, ''))
    .flatMap((text) => text.match(/charts-(?!foreground|lines)[a-z]+/g) ?? []);
  expect(new Set(drawn).size).toBeGreaterThan(3);
  expect([...new Set(drawn)].filter((name) => !isSolid(name))).toEqual([]);
});
