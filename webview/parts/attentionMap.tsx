import { useMemo } from 'preact/hooks';
import { visibleToken } from '../../src/run/visibleToken.ts';
import { type HeadPlace, headWeights, type MapLayout, mostLetters, shadeCount, shadePaths } from '../draw/attentionPicture.ts';
import { sayPlace } from '../draw/attentionWords.ts';
import { type ThemeColours, withAlpha } from '../draw/themeColours.ts';
import type { AttentionMaps } from '../state/runStore.ts';

/** A cell of a map: the token that looks, and the one it looks at. */
export interface Cell {
  row: number;
  column: number;
}

interface MapProps {
  maps: AttentionMaps;
  place: HeadPlace;
  layout: MapLayout;
  colours: ThemeColours;
  /** The cell that is spoken of; null for none. */
  marked: Cell | null;
  point(cell: Cell | null): void;
}

/** Who looks at whom in one head: a row looks at columns. A drawing that stands for itself, so that it can be saved as it is. */
export function AttentionMap({ maps, place, layout, colours, marked, point }: MapProps) {
  const { tokens, values } = maps;
  const { cell, room, side } = layout;
  const count = tokens.length;
  const paths = useMemo(() => shadePaths(headWeights(maps, place), count), [values, place.layer, place.head, count]);
  const move = (event: PointerEvent): void => {
    const row = Math.floor((event.offsetY - room) / cell);
    const column = Math.floor((event.offsetX - room) / cell);
    const isInside = row >= 0 && column >= 0 && row < count && column < count;
    point(isInside ? { row, column } : null);
  };
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={side}
      height={side}
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={`Attention of ${sayPlace(place)}: ${count} tokens that look at each other`}
      font-family={colours.font}
      font-size="11"
      onPointerMove={move}
      onPointerLeave={() => point(null)}
    >
      <g transform={`translate(${room} ${room}) scale(${cell})`} shape-rendering="crispEdges">
        <rect width={count} height={count} fill={withAlpha(colours.foreground, 0.05)} />
        {paths.map((path, i) => path !== '' && <path key={`${i}`} d={path} fill={colours.live} fill-opacity={(i + 1) / shadeCount} />)}
      </g>
      <rect x={room + 0.5} y={room + 0.5} width={cell * count - 1} height={cell * count - 1} fill="none" stroke={colours.border} />
      {room > 0 && <TokenNames tokens={tokens} layout={layout} colours={colours} />}
      {marked && (
        <rect
          x={room + marked.column * cell - 0.5}
          y={room + marked.row * cell - 0.5}
          width={cell + 1}
          height={cell + 1}
          fill="none"
          stroke={colours.foreground}
          stroke-width="1.5"
        />
      )}
    </svg>
  );
}

/** The tokens along both sides, those above turned where they have more than one letter. */
function TokenNames({ tokens, layout: { cell, room }, colours }: { tokens: string[]; layout: MapLayout; colours: ThemeColours }) {
  return (
    <g fill={colours.muted}>
      {tokens.map((token, i) => {
        const name = visibleToken(token, mostLetters);
        const middle = room + (i + 0.5) * cell;
        const isTurned = [...name].length > 1;
        return (
          <g key={`${i}`}>
            <text x={room - 5} y={middle} text-anchor="end" dominant-baseline="central">
              {name}
            </text>
            <text
              x={middle}
              y={room - 5}
              text-anchor={isTurned ? 'start' : 'middle'}
              dominant-baseline={isTurned ? 'central' : 'auto'}
              transform={isTurned ? `rotate(-90 ${middle} ${room - 5})` : undefined}
            >
              {name}
            </text>
          </g>
        );
      })}
    </g>
  );
}
