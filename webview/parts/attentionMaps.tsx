import { useEffect, useState } from 'preact/hooks';
import { acrossOf, type HeadPlace, headPlaces, headWeights, mapLayout } from '../draw/attentionPicture.ts';
import { sayHabit, sayLook, sayPlace } from '../draw/attentionWords.ts';
import type { ThemeColours } from '../draw/themeColours.ts';
import type { AttentionMaps } from '../state/runStore.ts';
import { AttentionMap, type Cell } from './attentionMap.tsx';
import { useWidth } from './useWidth.ts';

const gap = 14;
const smallest = 72;

interface SmallMapsProps {
  maps: AttentionMaps;
  colours: ThemeColours;
  list: { current: HTMLDivElement | null };
  /** The head that takes the focus, because it was left just now. */
  focused: HeadPlace | null;
  open(place: HeadPlace): void;
}

/** Every head as a small map, a line a layer; a click opens one large. */
export function SmallMaps({ maps, colours, list, focused, open }: SmallMapsProps) {
  const width = useWidth(list);
  const [pointed, setPointed] = useState<{ place: HeadPlace; cell: Cell } | null>(null);
  const isReady = width > 0;
  useEffect(() => {
    if (!isReady || focused === null) return;
    list.current!.querySelectorAll<HTMLButtonElement>('.map')[focused.layer * maps.heads + focused.head]?.focus();
  }, [isReady]);
  const across = acrossOf(maps.heads, Math.floor((width + gap) / (smallest + gap)));
  const layout = mapLayout(
    maps.tokens,
    Math.floor((width - (across - 1) * gap) / across) - 4,
    Math.max(2, Math.floor(190 / maps.tokens.length)),
  );
  const size = maps.tokens.length;
  const weight = pointed && headWeights(maps, pointed.place)[pointed.cell.row * size + pointed.cell.column]!;
  return (
    <>
      <div class="maps" ref={list} data-across={across} style={{ gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}>
        {isReady &&
          headPlaces(maps).map((place) => {
            const habit = sayHabit(headWeights(maps, place), size);
            const isPointed = pointed?.place.layer === place.layer && pointed.place.head === place.head;
            return (
              <figure key={sayPlace(place)}>
                <h3>{sayPlace(place)}</h3>
                <button type="button" class="map" aria-label={`Open ${sayPlace(place)} large: ${habit}`} onClick={() => open(place)}>
                  <AttentionMap
                    {...{ maps, place, layout, colours }}
                    marked={isPointed ? pointed.cell : null}
                    point={(cell) => setPointed(cell && { place, cell })}
                  />
                </button>
                <figcaption>{habit}</figcaption>
              </figure>
            );
          })}
      </div>
      <p class="said">
        {pointed ? (
          sayLook(maps, pointed.place, pointed.cell, weight!)
        ) : (
          <span class="muted">
            Each token, from top to bottom, looks at those from left to right; its weights sum to 1 and are drawn by their root.
          </span>
        )}
      </p>
    </>
  );
}
