import type { RunSample } from '../run/runState.ts';
import { visibleToken } from '../run/visibleToken.ts';
import { escapeText } from './pictureChart.ts';

/** Ten colours that stay apart for the three common colour blindnesses on light and dark (after Tol's and Okabe and Ito's sets). */
const COLOURS = ['#4477aa', '#ee6677', '#228833', '#ccbb44', '#66ccee', '#aa3377', '#ee7733', '#8a8a8a', '#997700', '#7b61c9'];
const SIDE = 400;
/** More tokens than this are points only. */
const MOST_TOKENS = 120;
const LEGEND_STEP = { least: 38, letter: 7, room: 28 };

/**
 * Draws a projection of codes as a square SVG, coloured by label; tokens that are not too many stand beside their points.
 * @param projection [rows, 2]
 * @param sample labels of the rows; null when unknown
 * @param explained share of the variance along each axis
 */
export function pictureScatter(projection: Float32Array, sample: RunSample | null, explained: readonly number[]): string {
  const labels = sample?.labels ?? [];
  const names = sample?.labelNames ?? [];
  let reach = 0;
  for (const v of projection) if (Number.isFinite(v)) reach = Math.max(reach, Math.abs(v));
  const place = (v: number) => (SIDE / 2) * (1 + v / (reach * 1.05 || 1));
  const tokens = sample?.tokens && sample.tokens.length <= MOST_TOKENS ? sample.tokens : null;
  let points = '';
  for (let i = 0; i * 2 + 1 < projection.length; i++) {
    const [a, b] = [projection[2 * i]!, projection[2 * i + 1]!];
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    points += `<circle cx="${place(a).toFixed(1)}" cy="${(SIDE - place(b)).toFixed(1)}" r="2.4" fill="${colourOf(labels[i] ?? -1)}" fill-opacity=".75"/>`;
    const token = tokens?.[i];
    if (token !== undefined) points += tokenAt(token, place(a) + 5, SIDE - place(b) + 4);
  }
  const percent = (share = 0) => `${(100 * share).toFixed(0)} %`;
  const legend = legendOf(names.slice(0, COLOURS.length));
  return `<svg viewBox="0 0 ${SIDE} ${SIDE + 52}" role="img" aria-label="Latents by their first two principal components">${points}<text class="tick" x="${SIDE / 2}" y="${SIDE + 16}" text-anchor="middle">principal component 1, ${percent(explained[0])} of the variance; 2 upwards, ${percent(explained[1])}</text>${legend}</svg>`;
}

/** Names as long as there is room for: whole ones where they are few. */
function legendOf(names: readonly string[]): string {
  const letters = names.length <= 4 ? 12 : 4;
  let x = 8;
  return names
    .map((name, i) => {
      const shown = name.slice(0, letters);
      const at = x;
      x += Math.max(LEGEND_STEP.least, LEGEND_STEP.letter * shown.length + LEGEND_STEP.room);
      return `<circle cx="${at}" cy="${SIDE + 38}" r="4" fill="${colourOf(i)}"/><text x="${at + 8}" y="${SIDE + 42}">${escapeText(shown)}</text>`;
    })
    .join('');
}

const tokenAt = (token: string, x: number, y: number): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}">${escapeText(visibleToken(token, 10))}</text>`;

function colourOf(label: number): string {
  return label < 0 ? '#8a8a8a' : COLOURS[label % COLOURS.length]!;
}
