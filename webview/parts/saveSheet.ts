import { readThemeColours } from '../draw/themeColours.ts';
import type { RunStore } from '../state/runStore.ts';
import { escapeXml, savePng, saveSvgText } from './saveCard.ts';

const gap = 16;
const scale = 2;

/** Saves the maps of the attention card as one sheet, as they stand there: names above, words below. */
export function saveSheet(store: RunStore, element: HTMLElement | null, type: 'svg' | 'png'): void {
  const figures = [...(element?.querySelectorAll('figure') ?? [])];
  if (figures.length === 0) return;
  const { content, width, height } = sheetOf(figures, Number(element?.dataset.across ?? 1));
  if (type === 'svg') {
    saveSvgText(store, 'attention', content);
    return;
  }
  const image = new Image();
  image.addEventListener('load', () => {
    const canvas = document.createElement('canvas');
    canvas.width = scale * width;
    canvas.height = scale * height;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    savePng(store, 'attention', canvas);
  });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(content)}`;
}

function sheetOf(figures: readonly HTMLElement[], across: number): { content: string; width: number; height: number } {
  const { background, foreground, muted, font } = readThemeColours();
  const serializer = new XMLSerializer();
  const drawings = figures.map((figure) => figure.querySelector('svg')!);
  const words = figures.map((figure) => ['h3', 'figcaption'].map((tag) => escapeXml(figure.querySelector(tag)?.textContent ?? '')));
  const side = Math.max(...drawings.map((drawing) => drawing.width.baseVal.value));
  const column = Math.max(side, ...words.flat().map((text) => 6.2 * text.length)) + gap;
  const row = side + 22 + 20 + gap;
  const parts = drawings.map((drawing, i) => {
    const [x, y] = [gap + (i % across) * column, gap + Math.floor(i / across) * row];
    const copy = drawing.cloneNode(true) as SVGElement;
    copy.setAttribute('x', String(x));
    copy.setAttribute('y', String(y + 20));
    const [name, habit] = words[i]!;
    const text = `<text x="${x}" y="${y + 12}">${name}</text><text x="${x}" y="${y + side + 36}" fill="${muted}">${habit}</text>`;
    return `${text}${serializer.serializeToString(copy)}`;
  });
  const [width, height] = [gap + across * column, gap + Math.ceil(figures.length / across) * row];
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${escapeXml(font)}" font-size="12" fill="${foreground}">`;
  return { content: `${head}<rect width="100%" height="100%" fill="${background}"/>${parts.join('')}</svg>\n`, width, height };
}
