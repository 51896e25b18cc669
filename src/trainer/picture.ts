import { formatFigure } from '../run/format.ts';
import { languageFacts } from '../run/languageFacts.ts';
import type { RunState } from '../run/runState.ts';
import { escapeText, type PictureCurve, type PictureRule, pictureChart } from './pictureChart.ts';
import { pictureScatter } from './pictureScatter.ts';
import { type PictureStrip, pictureStrip } from './pictureStrip.ts';
import { pictureTexts } from './pictureTexts.ts';

/** What the picture of a run is drawn from. */
export interface PictureFacts {
  state: RunState;
  sentence: string;
  settings: string;
  /** [rows, 2]; null when the run has no frame. */
  projection: Float32Array | null;
  strip: PictureStrip | null;
}

/** Curves of the picture, in the order they are drawn: the name in the log, the words, how it is drawn. */
const CURVES: readonly [string, string, PictureCurve['style']][] = [
  ['train.lossCorrupted', 'train, corrupted', 'dashed'],
  ['train.loss', 'train', 'thin'],
  ['train.nats', 'train', 'thin'],
  ['validation.loss', 'validation', 'bold'],
  ['validation.nats', 'validation', 'bold'],
];

/** What the curves are read against: the name in the log, the words. */
const RULES: readonly [string, string][] = [
  ['theory.optimum', 'closed-form optimum'],
  ['theory.uniform', 'uniform'],
  ['theory.unigram', 'unigram'],
  ['theory.bigram', 'bigram'],
  ['theory.entropy', 'entropy of the source'],
];

const STYLE = `
:root { color-scheme: light dark; --ink: #1f1f1f; --faint: #8a8a8a; --rule: #e4e4e4; --paper: #fff; --live: #1a6fc4; --theory: #a35a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e2e2e2; --faint: #8f8f8f; --rule: #333; --paper: #1e1e1e; --live: #58a6ff; --theory: #e0a458; } }
body { font: 14px/1.5 system-ui, sans-serif; margin: 32px auto; max-width: 1120px; padding: 0 16px; color: var(--ink); background: var(--paper); }
h1 { font-size: 20px; font-weight: 600; margin: 0; overflow-wrap: anywhere; } p { margin: 4px 0; } .faint, .tick { color: var(--faint); fill: var(--faint); }
main { display: grid; grid-template-columns: minmax(0, 16fr) minmax(0, 11fr); gap: 32px; margin: 24px 0; } @media (max-width: 760px) { main { grid-template-columns: minmax(0, 1fr); } }
section { margin-bottom: 20px; } h2 { font-size: 14px; font-weight: 600; margin: 0 0 8px; } svg { width: 100%; height: auto; display: block; overflow: visible; }
text { font: 11px system-ui, sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums; } .grid { stroke: var(--rule); } path { fill: none; stroke: var(--live); }
path.bold { stroke-width: 2.5; } path.thin { stroke-width: 1.2; } path.dashed { stroke-width: 1.2; stroke-dasharray: 4 3; opacity: .8; } .rule { stroke: var(--theory); stroke-dasharray: 1 3; stroke-width: 1.5; stroke-linecap: round; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; } td:last-child { white-space: nowrap; } .strip { image-rendering: pixelated; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; } td { padding: 1px 16px 1px 0; } td:last-child { text-align: right; padding: 0; }`;

/** One self-contained HTML page of a run as it stands: loss, latents, reconstructions and metrics; no scripts, nothing from the net. */
export function pictureHtml({ state, sentence, settings, projection, strip }: PictureFacts): string {
  const curves = CURVES.flatMap(([metric, name, style]): PictureCurve[] => {
    const column = state.columns.get(metric);
    return column === undefined ? [] : [{ name, style, steps: column.steps, values: column.values }];
  });
  const rules = RULES.flatMap(([metric, name]): PictureRule[] => {
    const value = state.metrics[metric];
    return value === undefined || !Number.isFinite(value) ? [] : [{ name, value }];
  });
  const isLanguage = languageFacts(state) !== null;
  const last = state.frames.at(-1);
  const texts = last?.language ? pictureTexts(last.language) : '';
  const scatter =
    projection === null || last === undefined
      ? `<p class="faint">${isLanguage ? 'This model has no embeddings.' : 'No latent frame was kept.'}</p>`
      : pictureScatter(projection, state.sample, last.explained);
  const rows = [...Object.entries(state.metrics)]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => `<tr><td>${escapeText(name)}</td><td>${formatFigure(value)}</td></tr>`)
    .join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeText(state.name)}</title><style>${STYLE}</style></head>
<body><h1>${escapeText(state.name)}</h1><p>${escapeText(sentence)}</p><p class="faint">${escapeText(settings)}</p>
<main><section><h2>Loss (${isLanguage ? 'nats a token' : 'per sample, summed over coordinates'})</h2>${pictureChart(curves, rules)}</section>
<section><h2>${isLanguage ? 'Embeddings' : 'Latents'} (epoch ${formatFigure(last?.epoch ?? 0)})</h2>${scatter}</section></main>
${strip === null ? '' : `<section><h2>Input${strip.corrupted === null ? '' : ', corrupted input'} and reconstruction</h2>${pictureStrip(strip)}</section>`}
${texts === '' ? '' : `<section><h2>Samples (epoch ${formatFigure(last?.epoch ?? 0)})</h2>${texts}</section>`}
<section><h2>Metrics</h2><table>${rows}</table></section></body></html>
`;
}
