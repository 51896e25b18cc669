import { useEffect, useRef, useState } from 'preact/hooks';
import { type HeadPlace, headPlaces, headWeights, mapLayout } from '../draw/attentionPicture.ts';
import { sayHabit, sayLook, sayPlace } from '../draw/attentionWords.ts';
import type { ThemeColours } from '../draw/themeColours.ts';
import type { AttentionMaps } from '../state/runStore.ts';
import { AttentionMap, type Cell } from './attentionMap.tsx';
import { Icon } from './icon.tsx';
import { useWidth } from './useWidth.ts';

interface LargeMapProps {
  maps: AttentionMaps;
  place: HeadPlace;
  colours: ThemeColours;
  list: { current: HTMLDivElement | null };
  open(place: HeadPlace): void;
  close(): void;
}

const arrows: Record<string, [down: number, right: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** One head, large: arrow keys move over its cells, each of which is said in words. */
export function LargeMap({ maps, place, colours, list, open, close }: LargeMapProps) {
  const map = useRef<HTMLDivElement>(null);
  const width = useWidth(list);
  const [cell, setCell] = useState<Cell | null>(null);
  useEffect(() => map.current!.focus({ preventScroll: true }), []);
  const size = maps.tokens.length;
  const weights = headWeights(maps, place);
  const layout = mapLayout(maps.tokens, Math.min(width, 620), 26);
  const press = (event: KeyboardEvent): void => {
    const [down, right] = arrows[event.key] ?? [0, 0];
    if (event.key === 'Escape') close();
    else if (down !== 0 || right !== 0)
      setCell(cell === null ? { row: 0, column: 0 } : { row: held(cell.row + down, size), column: held(cell.column + right, size) });
    else return;
    event.preventDefault();
  };
  return (
    <>
      <HeadSteps {...{ maps, place, open, close }} />
      <div ref={list}>
        <figure class="large">
          <h3 class="hidden-text">{sayPlace(place)}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move over its cells */}
          <div class="large-map" ref={map} role="application" tabIndex={0} aria-label={nameOf(place)} onKeyDown={press}>
            {width > 0 && (
              <AttentionMap {...{ maps, place, layout, colours }} marked={cell} point={(pointed) => pointed && setCell(pointed)} />
            )}
          </div>
          <figcaption>{sayHabit(weights, size)}</figcaption>
        </figure>
      </div>
      <p class="said" role="status">
        {cell ? (
          sayLook(maps, place, cell, weights[cell.row * size + cell.column]!)
        ) : (
          <span class="muted">Point at a cell, or move with the arrow keys; Escape shows all heads.</span>
        )}
      </p>
    </>
  );
}

const nameOf = (place: HeadPlace): string => `Attention of ${sayPlace(place)}: arrow keys move over its cells, Escape shows all heads`;

/** The head before, the one after, and all again. */
function HeadSteps({ maps, place, open, close }: Pick<LargeMapProps, 'maps' | 'place' | 'open' | 'close'>) {
  const places = headPlaces(maps);
  const at = place.layer * maps.heads + place.head;
  return (
    <div class="stepper">
      <button type="button" class="action" onClick={close}>
        All heads
      </button>
      <button type="button" class="tool" aria-label="Head before" disabled={at === 0} onClick={() => open(places[at - 1]!)}>
        <Icon name="chevron-left" />
      </button>
      <span class="number">{sayPlace(place)}</span>
      <button type="button" class="tool" aria-label="Head after" disabled={at + 1 >= places.length} onClick={() => open(places[at + 1]!)}>
        <Icon name="chevron-right" />
      </button>
    </div>
  );
}

const held = (index: number, size: number): number => Math.min(size - 1, Math.max(0, index));
