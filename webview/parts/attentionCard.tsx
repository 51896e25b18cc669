import { useRef, useState } from 'preact/hooks';
import { visibleToken } from '../../src/run/visibleToken.ts';
import { type HeadPlace, headPlaces, headWeights } from '../draw/attentionPicture.ts';
import { formatEpoch, formatNumber } from '../draw/formatNumber.ts';
import type { AttentionMaps } from '../state/runStore.ts';
import { SmallMaps } from './attentionMaps.tsx';
import { Card, type CardTool, EmptyState } from './card.tsx';
import { DataTable } from './dataTable.tsx';
import { useLab } from './lab.ts';
import { LargeMap } from './largeMap.tsx';
import { saveCsv } from './saveCard.ts';
import { saveSheet } from './saveSheet.ts';
import { useThemeColours } from './useThemeColours.ts';

const mostRows = 400;

/** Who looks at whom in one text, in every head of every layer, at the moment of the head of the film. */
export function AttentionCard() {
  const { store } = useLab();
  const colours = useThemeColours(store);
  const [isTable, setTable] = useState(false);
  const [large, setLarge] = useState<HeadPlace | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const attention = store.shown?.language?.attention ?? null;
  const maps = attention?.values && attention.tokens.length > 0 ? attention : null;
  // another run in the same panel may have fewer
  const opened = maps && large && large.layer < maps.layers && large.head < maps.heads ? large : null;
  const left = useRef<HeadPlace | null>(null);
  const open = (place: HeadPlace | null): void => {
    left.current = place === null ? opened : null;
    setLarge(place);
  };
  const isDrawn = maps !== null && !isTable;
  const tools: CardTool[] = [
    { icon: 'table', label: 'Show as a table', isPressed: isTable, isDisabled: !maps, use: () => setTable(!isTable) },
    { icon: 'SVG', isWord: true, label: 'Save as SVG', isDisabled: !isDrawn, use: () => saveSheet(store, list.current, 'svg') },
    { icon: 'file-media', label: 'Save as PNG', isDisabled: !isDrawn, use: () => saveSheet(store, list.current, 'png') },
    { icon: 'save', label: 'Save as CSV', isDisabled: !maps, use: () => saveCsv(store, 'attention', weightRows(maps!)) },
  ];
  const epoch = store.shownFacts?.epoch;
  return (
    <Card
      id="attention"
      title="Attention"
      tools={tools}
      aside={epoch !== undefined && maps && <span class="muted number">epoch {formatEpoch(epoch)}</span>}
    >
      {!maps ? (
        <AttentionEmpty isMissing={attention !== null} />
      ) : isTable ? (
        <AttentionTable maps={maps} />
      ) : opened ? (
        <LargeMap key="large" {...{ maps, colours, list }} place={opened} open={open} close={() => open(null)} />
      ) : (
        <SmallMaps key="small" {...{ maps, colours, list, open }} focused={left.current} />
      )}
    </Card>
  );
}

function AttentionEmpty({ isMissing }: { isMissing: boolean }) {
  const { store } = useLab();
  if (!store.run || (store.frames.length > 0 && !store.shown)) return <EmptyState>{null}</EmptyState>;
  if (isMissing)
    return (
      <EmptyState>
        <p>The attention of this moment is missing or damaged.</p>
        <p class="muted">Move the head of the timeline to another tick; the other moments are not touched.</p>
      </EmptyState>
    );
  if (store.shown)
    return (
      <EmptyState>
        <p>No attention was kept at this moment.</p>
      </EmptyState>
    );
  return (
    <EmptyState>
      <p>Who looks at whom in one text appears here with the first evaluation, a map for each head of each layer.</p>
      <p class="muted">“layers” and “heads” in “model” say how many there are.</p>
    </EmptyState>
  );
}

/** Where each token looks most and second most, head by head. */
function AttentionTable({ maps }: { maps: AttentionMaps }) {
  const size = maps.tokens.length;
  const all = maps.layers * maps.heads * size;
  const rows: (string | number)[][] = [];
  for (const place of headPlaces(maps)) {
    const weights = headWeights(maps, place);
    for (let row = 0; row < size && rows.length < mostRows; row++) {
      const own = weights.subarray(row * size, (row + 1) * size);
      const [first, second] = Array.from(own.keys()).sort((a, b) => own[b]! - own[a]!);
      const cells = [first, second].flatMap((column) =>
        column === undefined ? ['–', '–'] : [`${column + 1} ${visibleToken(maps.tokens[column]!)}`, formatNumber(own[column]!, 2)],
      );
      rows.push([`${row + 1} ${visibleToken(maps.tokens[row]!)}`, place.layer + 1, place.head + 1, ...cells]);
    }
  }
  const of = all > rows.length ? `, the first ${rows.length} of ${all} rows` : '';
  return (
    <DataTable
      caption={`Where each token looks${of}; the CSV has every weight`}
      columns={['token', 'layer', 'head', 'looks most at', 'weight', 'then at', 'weight']}
      rows={rows}
    />
  );
}

function* weightRows(maps: AttentionMaps): Generator<(string | number)[]> {
  yield ['layer', 'head', 'place', 'token', 'looks at place', 'looks at', 'weight'];
  const { tokens } = maps;
  for (const place of headPlaces(maps)) {
    const weights = headWeights(maps, place);
    for (const [i, from] of tokens.entries())
      for (const [j, to] of tokens.entries())
        yield [place.layer + 1, place.head + 1, i + 1, from, j + 1, to, weights[i * tokens.length + j]!];
  }
}
