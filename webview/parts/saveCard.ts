import { csvText } from '../draw/csvText.ts';
import { lossCurveNames } from '../draw/lossPicture.ts';
import { pngText } from '../draw/pngText.ts';
import { readThemeColours } from '../draw/themeColours.ts';
import type { RunStore } from '../state/runStore.ts';
import { post } from '../talk/vscodeApi.ts';

/** A name for a file: what the card shows, of which run. */
const fileName = (store: RunStore, what: string): string => `${what}-${store.run?.id ?? 'run'}`;

/** Saves canvases, drawn over each other on the theme's background. */
export function saveCanvasPng(store: RunStore, what: string, ...layers: (HTMLCanvasElement | null)[]): void {
  const first = layers.find((layer) => layer !== null);
  if (!first) return;
  const whole = document.createElement('canvas');
  whole.width = first.width;
  whole.height = first.height;
  const context = whole.getContext('2d')!;
  context.fillStyle = readThemeColours().background;
  context.fillRect(0, 0, whole.width, whole.height);
  for (const layer of layers) if (layer) context.drawImage(layer, 0, 0);
  savePng(store, what, whole);
}

/** Saves one finished canvas. */
export function savePng(store: RunStore, what: string, canvas: HTMLCanvasElement): void {
  post({ kind: 'save', name: fileName(store, what), type: 'png', content: pngText(canvas) });
}

/** Saves rows of cells; text is quoted where it must be. */
export function saveCsv(store: RunStore, what: string, rows: Iterable<readonly (string | number)[]>): void {
  post({ kind: 'save', name: fileName(store, what), type: 'csv', content: csvText(rows) });
}

/** Saves the drawings in an element, one below the other, with the words beside them. */
export function saveSvg(store: RunStore, what: string, element: HTMLElement | null): void {
  const { background, foreground, font } = readThemeColours();
  let [width, height] = [0, 0];
  const parts: string[] = [];
  const serializer = new XMLSerializer();
  for (const figure of element?.querySelectorAll('figure') ?? []) {
    const drawing = figure.querySelector('svg');
    if (!drawing) continue;
    const words = ['h3', 'figcaption'].map((tag) => escapeXml(figure.querySelector(tag)?.textContent ?? ''));
    const copy = drawing.cloneNode(true) as SVGElement;
    copy.setAttribute('y', String(height + 22));
    parts.push(`<text x="8" y="${height + 16}" font-weight="600">${words[0]}</text>`, serializer.serializeToString(copy));
    height += 22 + drawing.height.baseVal.value;
    parts.push(`<text x="8" y="${height + 12}" font-size="11">${words[1]}</text>`);
    height += 30;
    width = Math.max(width, drawing.width.baseVal.value, 8 + 6 * words[1]!.length);
  }
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${escapeXml(font)}" font-size="13" fill="${foreground}">`;
  const content = `${head}<rect width="100%" height="100%" fill="${background}"/>${parts.join('')}</svg>\n`;
  saveSvgText(store, what, content);
}

/** Saves a finished SVG. */
export function saveSvgText(store: RunStore, what: string, content: string): void {
  post({ kind: 'save', name: fileName(store, what), type: 'svg', content });
}

/** Text as an SVG can hold it. */
export const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Saves the loss curves as the page holds them, one point a line. */
export function saveLossCsv(store: RunStore): void {
  saveCsv(store, 'loss', lossRows(store));
}

function* lossRows(store: RunStore): Generator<(string | number)[]> {
  yield ['metric', 'step', 'epoch', 'value'];
  for (const name of lossCurveNames(store)) {
    const { steps, values } = store.curves.get(name)!;
    for (let i = 0; i < steps.length; i++) yield [name, steps[i]!, steps[i]! * store.epochsPerStep, values[i]!];
  }
}
