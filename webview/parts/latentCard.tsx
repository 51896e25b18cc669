import { useMemo, useRef, useState } from 'preact/hooks';
import { visibleToken } from '../../src/run/visibleToken.ts';
import { formatEpoch, formatNumber } from '../draw/formatNumber.ts';
import { className, latentClasses, type PointStyles, pointColours, pointStyles, type Square, squareAround } from '../draw/latentPicture.ts';
import type { Scatter } from '../draw/makeScatter.ts';
import { gutter } from '../draw/scatterAxes.ts';
import type { RunStore } from '../state/runStore.ts';
import { Card, type CardTool, EmptyState } from './card.tsx';
import { DataTable } from './dataTable.tsx';
import { useLab } from './lab.ts';
import { LabelChips } from './labelChips.tsx';
import { LatentPlot } from './latentPlot.tsx';
import { saveCanvasPng, saveCsv } from './saveCard.ts';
import { useThemeColours } from './useThemeColours.ts';

const mostRows = 200;

/** Where the codes of the sample lie, at the moment of the head. */
export function LatentCard() {
  const { store } = useLab();
  const colours = useThemeColours(store);
  const [zoom, setZoom] = useState<Square | null>(null);
  const [isTable, setTable] = useState(false);
  const scatter = useRef<Scatter | null>(null);
  const axes = useRef<HTMLCanvasElement>(null);
  const glyphs = useRef<HTMLCanvasElement>(null);
  const positions = store.shown?.projection ?? null;
  const { sample } = store;
  const { hiddenLabels } = store.view;
  const styles = useMemo(() => (positions ? pointStyles(positions, sample, hiddenLabels) : null), [positions, sample, hiddenLabels]);
  const classes = useMemo(() => (sample ? latentClasses(sample) : []), [sample]);
  const names = axisNames(store);
  const tools: CardTool[] = [
    { icon: 'zoom-out', label: 'Show all points (0)', isDisabled: zoom === null, use: () => setZoom(null) },
    { icon: 'table', label: 'Show as a table', isPressed: isTable, isDisabled: !positions, use: () => setTable(!isTable) },
    {
      icon: 'file-media',
      label: 'Save as PNG',
      isDisabled: !positions || isTable,
      use: () => savePoints(store, axes.current, scatter.current, glyphs.current),
    },
    { icon: 'save', label: 'Save as CSV', isDisabled: !positions, use: () => saveCsv(store, 'latents', pointRows(store)) },
  ];
  const zoomBy = (factor: number | null): void => {
    const square = zoom ?? (positions && squareAround(positions));
    if (square) setZoom(factor === null ? null : { ...square, radius: square.radius * factor });
  };
  const epoch = store.shownFacts?.epoch;
  return (
    <Card
      id="latents"
      title={store.run?.language ? 'Embeddings' : 'Latents'}
      tools={tools}
      zoom={zoomBy}
      aside={epoch !== undefined && <span class="muted number">epoch {formatEpoch(epoch)}</span>}
    >
      {!positions || !styles ? (
        <LatentEmpty />
      ) : isTable ? (
        <PointTable positions={positions} styles={styles} names={names} />
      ) : (
        <div class={`latents${sample?.tokens ? ' of-tokens' : ''}`}>
          <LatentPlot
            {...{ positions, styles, names, zoom, setZoom, scatter, axes, glyphs, colours }}
            tokens={sample?.tokens ?? null}
            palette={pointColours(colours)}
          />
          <LabelChips classes={classes} colours={colours} />
        </div>
      )}
    </Card>
  );
}

function axisNames(store: RunStore): [string, string] {
  const explained = store.shownFacts?.explained ?? [0, 0];
  const name = (i: 0 | 1): string => {
    const share = explained[i];
    return share > 0 ? `component ${i + 1} · ${formatNumber(100 * share, share < 0.1 ? 2 : 3)} % of variance` : `component ${i + 1}`;
  };
  return [name(0), name(1)];
}

function LatentEmpty() {
  const { store } = useLab();
  if (!store.run) return null;
  if (store.shown)
    return (
      <EmptyState>
        <p>The projection of this moment is missing or damaged.</p>
        <p class="muted">Move the head of the timeline to another tick; the other moments are not touched.</p>
      </EmptyState>
    );
  if (store.frames.length > 0) return <EmptyState>{null}</EmptyState>;
  if (store.run.language)
    return (
      <EmptyState>
        <p>The embeddings of the tokens appear here, projected on two axes, after the first evaluation.</p>
        <p class="muted">Tokens that the model takes for alike move together; the kinds that colour them are never shown to it.</p>
      </EmptyState>
    );
  return (
    <EmptyState>
      <p>The codes of up to 2000 rows appear here, projected on two axes, after the first evaluation.</p>
      <p class="muted">“view” in the experiment file says how many points, which projection, and how often.</p>
    </EmptyState>
  );
}

function PointTable({ positions, styles, names }: { positions: Float32Array; styles: PointStyles; names: [string, string] }) {
  const { store } = useLab();
  const rows = [...pointRows(store)]
    .slice(1, mostRows + 1)
    .map(([row, label, x, y]) => [visibleToken(String(row), 40), label!, formatNumber(Number(x)), formatNumber(Number(y))]);
  const what = store.sample?.tokens ? 'Embeddings' : 'Codes';
  const of = positions.length / 2 > rows.length ? `, the first ${rows.length} of ${styles.colourOf.length} rows` : '';
  return <DataTable caption={`${what} on two axes${of}; the CSV has all`} columns={[rowName(store), 'label', ...names]} rows={rows} />;
}

/** What a row of the sample is. */
const rowName = (store: RunStore): string => (store.sample?.tokens ? 'token' : 'row');

function* pointRows(store: RunStore): Generator<(string | number)[]> {
  yield [rowName(store), 'label', 'component 1', 'component 2'];
  const positions = store.shown?.projection;
  if (!positions) return;
  for (let i = 0; 2 * i + 1 < positions.length; i++) {
    const label = store.sample?.labels[i];
    yield [
      store.sample?.tokens?.[i] ?? i,
      label === undefined ? '' : className(store.sample!, label),
      positions[2 * i]!,
      positions[2 * i + 1]!,
    ];
  }
}

function savePoints(store: RunStore, axes: HTMLCanvasElement | null, scatter: Scatter | null, glyphs: HTMLCanvasElement | null): void {
  if (!axes || !scatter) return;
  const whole = document.createElement('canvas');
  whole.width = axes.width;
  whole.height = axes.height;
  const context = whole.getContext('2d')!;
  context.drawImage(axes, 0, 0);
  context.drawImage(scatter.canvas, Math.round(gutter * devicePixelRatio), 0);
  if (glyphs) context.drawImage(glyphs, Math.round(gutter * devicePixelRatio), 0);
  saveCanvasPng(store, 'latents', whole);
}
