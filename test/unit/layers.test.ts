import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/** What a folder may import: whole rooms, or single files of one (engines throw the errors that people read). `node`: Node's own modules. Packages are free except those that `PACKAGES` ties to rooms. */
interface Rule {
  rooms: readonly string[];
  node: boolean;
}

const pure = (...rooms: string[]): Rule => ({ rooms, node: false });
const onNode = (...rooms: string[]): Rule => ({ rooms, node: true });
const BELOW_CHILDREN = ['experiment', 'math', 'search', 'run', 'protocol', 'data', 'science', 'engine', 'store'];
const HOST = ['experiment', 'math', 'search', 'run', 'protocol', 'store'];

/** The import table of the house. A file directly in src is a room of its own. */
const TABLE: Readonly<Record<string, Rule>> = {
  experiment: pure(),
  math: pure(),
  search: pure('math'),
  run: pure('experiment', 'math'),
  protocol: pure('experiment', 'run', 'search'),
  data: onNode('experiment', 'math'),
  science: pure('experiment', 'math'),
  engine: onNode('science/tensorflow.ts', 'science/program.ts', 'experiment/problem.ts', 'math'),
  store: onNode('experiment', 'run', 'math'),
  trainer: onNode(...BELOW_CHILDREN),
  server: onNode(...BELOW_CHILDREN),
  host: onNode(...HOST),
  webview: pure('experiment', 'math', 'search', 'run', 'protocol'),
  cli: onNode(...BELOW_CHILDREN, 'trainer', 'server'),
  'cli.ts': onNode(...BELOW_CHILDREN, 'trainer', 'server', 'cli'),
  'extension.ts': onNode(...HOST, 'host'),
};

/** Packages that belong to some rooms only: the beginning of their name, and the files that may import them. */
const PACKAGES: readonly (readonly [start: string, files: RegExp])[] = [
  ['vscode', /^src\/(host\/|extension\.ts$)/],
  ['@tensorflow/', /^src\/(science\/tensorflow\.ts$|engine\/)/],
  ['onnxruntime', /^src\/engine\//],
  ['preact', /^webview\//],
  ['chart.js', /^webview\//],
  ['d3-', /^webview\//],
];
/** `vscode-jsonrpc` is no part of the editor's API. */
const FREE = /^vscode-/;

/** "src/engine/chooseEngine.ts" -> "engine"; "src/cli.ts" -> "cli.ts"; "webview/views/loss.tsx" -> "webview". */
function roomOf(path: string): string | null {
  const [top, second] = path.split('/');
  if (top === 'webview') return 'webview';
  return top === 'src' ? (second ?? null) : null;
}

/** What is wrong with one import, or null. */
function judgeImport(from: string, specifier: string): string | null {
  const room = roomOf(from)!;
  const rule = TABLE[room];
  if (rule === undefined) return `the table has no room "${room}"`;
  if (specifier.startsWith('.')) {
    const target = posix.normalize(posix.join(posix.dirname(from), specifier));
    const other = roomOf(target);
    if (other === null) return target === 'package.json' ? null : `${room} imports ${target}, which is in no room`;
    if (other === room || rule.rooms.includes(other)) return null;
    const files = rule.rooms.filter((file) => file.startsWith(`${other}/`));
    if (files.some((file) => target === `src/${file}`)) return null;
    return files.length > 0 ? `of ${other}, ${room} may import only ${files.join(' and ')}` : `${room} must not import ${other}`;
  }
  if (specifier.startsWith('node:')) return rule.node ? null : `${room} must not import Node's ${specifier}`;
  const tied = FREE.test(specifier) ? undefined : PACKAGES.find(([start]) => specifier.startsWith(start));
  return tied === undefined || tied[1].test(from) ? null : `${from} must not import ${specifier}`;
}

/** "src/math/x.ts:3: math must not import data" for each import, export from, require and import() that the table forbids. */
function findViolations(path: string, text: string): string[] {
  const found: string[] = [];
  for (const { fileName, pos } of ts.preProcessFile(text, true, true).importedFiles) {
    const wrong = judgeImport(path, fileName);
    if (wrong !== null) found.push(`${path}:${text.slice(0, pos).split('\n').length}: ${wrong}`);
  }
  return found;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join(folder, file.replaceAll('\\', '/')))
    .filter((file) => /\.tsx?$/.test(file));
}

describe('the import table of the house', () => {
  const files = [...sources('src'), ...sources('webview')];

  test('is kept by every file of src and webview', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((file) => findViolations(file, readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('has a row for every folder', () => {
    expect([...new Set(files.map((file) => roomOf(file)!))].filter((room) => TABLE[room] === undefined)).toEqual([]);
  });
});

describe('the check itself', () => {
  test.each([
    ['src/math/a.ts', "import { x } from '../data/b.ts';", 'math must not import data'],
    ['src/run/a.ts', "export * from '../store/b.ts';", 'run must not import store'],
    ['src/host/a.ts', "import type { T } from '../science/b.ts';", 'host must not import science'],
    ['src/host/deep/a.ts', "const x = await import('../../engine/b.ts');", 'host must not import engine'],
    ['src/trainer/a.ts', "import '../server/b.ts';", 'trainer must not import server'],
    ['src/trainer/a.ts', "import '../host/b.ts';", 'trainer must not import host'],
    ['src/science/a.ts', "import * as tf from '@tensorflow/tfjs-core';", 'src/science/a.ts must not import @tensorflow/tfjs-core'],
    ['src/host/a.ts', "import 'onnxruntime-node';", 'src/host/a.ts must not import onnxruntime-node'],
    ['src/store/a.ts', "import * as vscode from 'vscode';", 'src/store/a.ts must not import vscode'],
    ['src/experiment/a.ts', "import { readFileSync } from 'node:fs';", "experiment must not import Node's node:fs"],
    ['webview/a.tsx', "import '../src/store/b.ts';", 'webview must not import store'],
    [
      'src/engine/a.ts',
      "import '../science/evaluate.ts';",
      'of science, engine may import only science/tensorflow.ts and science/program.ts',
    ],
    ['src/attic/a.ts', "import './b.ts';", 'the table has no room "attic"'],
    ['src/math/a.ts', "import '../../test/b.ts';", 'math imports test/b.ts, which is in no room'],
  ])('finds the wrong line of %s: %s', (path, line, words) => {
    expect(findViolations(path, `// a comment\n\n${line}\n`)).toEqual([`${path}:3: ${words}`]);
  });

  test.each([
    ['src/science/tensorflow.ts', "import * as tf from '@tensorflow/tfjs-core';"],
    ['src/engine/wasmEngine.ts', "import '@tensorflow/tfjs-backend-wasm'; import '../science/tensorflow.ts';"],
    ['src/server/main.ts', "import 'vscode-jsonrpc/node'; import 'node:path'; import '../store/a.ts';"],
    ['src/extension.ts', "import * as vscode from 'vscode'; import './host/lab.ts';"],
    ['webview/views/a.tsx', "import { h } from 'preact'; import '../../src/run/b.ts'; import '../c.ts';"],
    ['src/math/a.ts', '// import "../data/b.ts"\nconst text = "import x from \'../data/b.ts\'";'],
  ])('takes %s: %s', (path, text) => expect(findViolations(path, text)).toEqual([]));
});
