import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Problem } from './problem.ts';

/** A place in a parsed file: keys and indices from the top. */
export type JsonPath = readonly (string | number)[];

/** A parsed text of JSON with comments, which still knows where everything stands. */
export interface JsonText {
  /** The value; of a key that stands twice the last one. Undefined when there is none. */
  value: unknown;
  /** Errors of syntax (at most one: what follows it is seldom true) and warnings about keys that stand twice. */
  problems: Problem[];
  /** Place of the value at a path, or of its key; null where the text has no such value. */
  rangeOf(path: JsonPath, part: 'value' | 'key'): { offset: number; length: number } | null;
}

/** Deeper nesting than any experiment has; the parser is recursive. */
const DEEPEST = 100;

/** Tokens of jsonc-parser's scanner; its enum is ambient, so isolated modules cannot import it. */
const TOKEN = { openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, end: 17 };

const SYNTAX_MESSAGES: Record<string, string> = {
  InvalidSymbol: 'this is not a value: texts stand in double quotes, and the only bare words are true, false and null',
  InvalidNumberFormat: 'this is not a number',
  PropertyNameExpected: 'a key in double quotes is missing here',
  ValueExpected: 'a value is missing here',
  ColonExpected: 'a colon is missing between the key and its value',
  CommaExpected: 'a comma is missing before this',
  CloseBraceExpected: 'a closing brace } is missing',
  CloseBracketExpected: 'a closing bracket ] is missing',
  EndOfFileExpected: 'the experiment ends before this: remove what follows its closing brace',
  InvalidCommentToken: 'a comment starts with // or /*',
  UnexpectedEndOfComment: 'this comment is never closed: end it with */',
  UnexpectedEndOfString: 'this text is never closed: end it with a double quote on the same line',
  UnexpectedEndOfNumber: 'this number is cut off',
  InvalidUnicode: 'this \\u escape needs four hexadecimal digits',
  InvalidEscapeCharacter: 'this is not an escape: write a backslash as \\\\',
  InvalidCharacter: 'this character cannot stand in a text: write it as an escape, as \\t or \\n',
};

/** One-based line and column of an offset; lines end at \n, \r\n or \r. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let i = 0; i < offset; i++) {
    const code = text.charCodeAt(i);
    if (code !== 10 && !(code === 13 && text.charCodeAt(i + 1) !== 10)) continue;
    line++;
    start = i + 1;
  }
  return { line, column: offset - start + 1 };
}

/** Parses JSON with comments and trailing commas; never throws. */
export function readJsonText(original: string): JsonText {
  // A byte order mark is blank space here, so that offsets stay those of the text
  const text = original.replace(/^\uFEFF/, ' ');
  const none: JsonText = { value: undefined, problems: [], rangeOf: () => null };
  const tooDeep = firstTooDeep(text);
  if (tooDeep !== null)
    return { ...none, problems: [problemAt(text, tooDeep, 1, `nested deeper than ${DEEPEST} levels: no experiment is`)] };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  if (text.replace(/\s/g, '') === '')
    return {
      ...none,
      problems: [
        problemAt(text, 0, 0, 'the file is empty: start with { "version": 1, "task": "autoencoder", "data": { "source": "digits" } }'),
      ],
    };
  if (errors.length > 0 || tree === undefined) {
    const first = errors[0] ?? { error: 4, offset: 0, length: 0 };
    const message = SYNTAX_MESSAGES[printParseErrorCode(first.error)] ?? 'this is not JSON';
    return { ...none, problems: [{ ...problemAt(text, first.offset, first.length, message), isSyntax: true }] };
  }
  const problems: Problem[] = [];
  const value = plainValue(tree, [], { text, problems });
  return { value, problems, rangeOf: (path, part) => rangeIn(tree, path, part) };
}

function problemAt(text: string, from: number, wanted: number, message: string): Problem {
  const offset = Math.min(from, text.length);
  const length = Math.min(wanted, text.length - offset);
  return { path: '', message, severity: 'error', offset, length, ...lineAndColumn(text, offset) };
}

/** Offset of the first bracket that is nested too deeply for a recursive parser. */
function firstTooDeep(text: string): number | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== TOKEN.end; token = scanner.scan()) {
    if (token === TOKEN.openBrace || token === TOKEN.openBracket) depth++;
    if (token === TOKEN.closeBrace || token === TOKEN.closeBracket) depth--;
    if (depth > DEEPEST) return scanner.getTokenOffset();
  }
  return null;
}

function plainValue(node: Node, path: JsonPath, found: { text: string; problems: Problem[] }): unknown {
  if (node.type === 'array') return (node.children ?? []).map((child, i) => plainValue(child, [...path, i], found));
  if (node.type !== 'object') return node.value;
  const last = new Map<string, Node>();
  for (const property of node.children ?? []) {
    const key = property.children?.[0];
    if (key === undefined) continue;
    const earlier = last.get(key.value);
    if (earlier !== undefined) {
      const { line } = lineAndColumn(found.text, key.offset);
      const message = `${[...path, key.value].join('.')} stands twice: only the one on line ${line} counts; remove the other`;
      found.problems.push({
        ...problemAt(found.text, earlier.offset, earlier.length, message),
        path: [...path, key.value].join('.'),
        severity: 'warning',
      });
    }
    last.set(key.value, key);
  }
  const value = {};
  for (const [key, keyNode] of last) {
    const child = keyNode.parent?.children?.[1];
    const inner = child === undefined ? null : plainValue(child, [...path, key], found);
    // Not an assignment: the key may be "__proto__"
    Object.defineProperty(value, key, { value: inner, enumerable: true, configurable: true, writable: true });
  }
  return value;
}

function rangeIn(tree: Node, path: JsonPath, part: 'value' | 'key'): { offset: number; length: number } | null {
  let node = tree;
  for (const segment of path) {
    const children: Node[] = node.children ?? [];
    const next =
      node.type === 'array'
        ? children[Number(segment)]
        : node.type === 'object'
          ? children.findLast((property) => property.children?.[0]?.value === String(segment))?.children?.[1]
          : undefined;
    if (next === undefined) return null;
    node = next;
  }
  const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  const { offset, length } = part === 'key' && key !== undefined ? key : node;
  return { offset, length };
}
