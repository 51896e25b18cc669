import { visibleToken } from '../../src/run/visibleToken.ts';
import { csvText } from '../draw/csvText.ts';
import { pngText } from '../draw/pngText.ts';
import { readThemeColours } from '../draw/themeColours.ts';
import { post } from './decodeApi.ts';
import type { DecodeStore } from './decodeStore.ts';
import { svgElement } from './draw/svgElement.ts';
import type { TreeDrawing } from './draw/treeDrawing.ts';
import { boundsOf } from './draw/treeView.ts';

/** Pixels of a PNG at most: beyond, browsers give up. */
const mostPixels = 60e6;

/** A name for a file: what the page shows, of which model. */
const fileName = (store: DecodeStore, what: string): string => `${what}-${store.about?.name ?? 'search'}`.slice(0, 200);

/** The whole tree as a drawing that stands for itself: its colours and fonts are in it. */
export function treeSvg(drawing: TreeDrawing, prompt: string): { content: string; width: number; height: number } {
  const { left, top, right, bottom } = boundsOf(drawing.layout, prompt);
  const [width, height] = [Math.ceil(right - left), Math.ceil(bottom - top)];
  const { background, foreground, font } = readThemeColours();
  const whole = svgElement('svg', {
    width,
    height,
    viewBox: `${left} ${top} ${width} ${height}`,
    'font-family': font,
    'font-size': 12,
    fill: foreground,
  });
  whole.append(svgElement('rect', { x: left, y: top, width, height, fill: background }));
  const copy = drawing.group.cloneNode(true) as SVGGElement;
  for (const element of copy.querySelectorAll('.ring, .picked')) element.remove();
  for (const element of copy.querySelectorAll('[tabindex]'))
    for (const name of ['tabindex', 'aria-selected', 'aria-level', 'aria-setsize', 'aria-posinset', 'role']) element.removeAttribute(name);
  whole.append(copy);
  return { content: `${new XMLSerializer().serializeToString(whole)}\n`, width, height };
}

/** Saves the tree as SVG. */
export function saveTreeSvg(store: DecodeStore, drawing: TreeDrawing, prompt: string): void {
  post({ kind: 'save', name: fileName(store, 'tree'), type: 'svg', content: treeSvg(drawing, prompt).content });
}

/** Saves the tree as PNG, two pixels for one where it is not too large. */
export async function saveTreePng(store: DecodeStore, drawing: TreeDrawing, prompt: string): Promise<void> {
  const { content, width, height } = treeSvg(drawing, prompt);
  const scale = Math.min(2, Math.sqrt(mostPixels / (width * height)));
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(content)}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(width * scale);
  canvas.height = Math.floor(height * scale);
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  post({ kind: 'save', name: fileName(store, 'tree'), type: 'png', content: pngText(canvas) });
}

/** Saves the question and the whole answer, and what was laid over it; numbers that JSON has not are written as the logs write them. */
export function saveSearchJson(store: DecodeStore): void {
  const { answer, answered } = store;
  const overlays = Object.fromEntries([...store.overlays].map(([overlay, laid]) => [overlay, laid]));
  const whole = { version: 1, origin: store.about?.origin, asked: answered, answer, overlays };
  const content = JSON.stringify(whole, (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value), 1);
  post({ kind: 'save', name: fileName(store, 'search'), type: 'json', content: `${content}\n` });
}

/** Saves the texts that were given back. */
export function saveTextsCsv(store: DecodeStore): void {
  post({ kind: 'save', name: fileName(store, 'texts'), type: 'csv', content: csvText(textRows(store)) });
}

function* textRows({ answer }: DecodeStore): Generator<(string | number)[]> {
  yield ['rank', 'text', 'tokens', 'log-probabilities', 'log-probability', 'length', 'score', 'finished'];
  if (!answer) return;
  for (const [place, { text, tokens, logProbabilities, logProbability, score, finished }] of answer.hypotheses.entries()) {
    const words = tokens.map((token) => visibleToken(answer.vocabulary[token] ?? '', 1000)).join(' ');
    yield [place + 1, text, words, logProbabilities.join(' '), logProbability, tokens.length, score, String(finished)];
  }
}
