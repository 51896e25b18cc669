import { lossCurveNames } from '../draw/lossPicture.ts';
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
  const content = canvas.toDataURL('image/png').slice('data:image/png;base64,'.length);
  post({ kind: 'save', name: fileName(store, what), type: 'png', content });
}

/** Saves rows of cells; text is quoted where it must be. */
export function saveCsv(store: RunStore, what: string, rows: Iterable<readonly (string | number)[]>): void {
  const lines: string[] = [];
  for (const cells of rows) lines.push(cells.map(csvCell).join(','));
  post({ kind: 'save', name: fileName(store, what), type: 'csv', content: `${lines.join('\n')}\n` });
}

const csvCell = (cell: string | number): string => {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

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
