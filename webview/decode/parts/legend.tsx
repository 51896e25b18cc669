import type { Overlay } from '../../../src/protocol/decodePage.ts';
import type { ThemeColours } from '../../draw/themeColours.ts';
import { Icon } from '../../parts/icon.tsx';
import type { DrawnTree } from '../draw/drawnTree.ts';
import { markOf } from '../draw/nodeMark.ts';
import { stateAt, stateWords } from '../draw/nodeWords.ts';
import { overlayLooks } from '../draw/overlayLooks.ts';
import { useDecodeLab } from './decodeLab.ts';

const common = ['kept', 'pruned', 'finished', 'returned'] as const;

/** What each mark means; the rarer ones only where they are drawn. */
export function Legend({ colours, tree }: { colours: ThemeColours; tree: DrawnTree | null }) {
  const rare = (['forbidden', 'laid'] as const).filter((state) => tree?.nodes.some((node) => stateAt(node, null) === state));
  return (
    <ul class="legend" aria-label="Marks">
      {[...common, ...rare].map((state) => {
        const { d, fill, stroke, width, dash } = markOf(state, state !== 'laid', colours);
        return (
          <li key={state}>
            <svg width="16" height="14" viewBox="-8 -7 16 14" aria-hidden="true">
              <path d={d} fill={fill} stroke={stroke} stroke-width={width} stroke-dasharray={dash} />
            </svg>
            {stateWords[state]}
          </li>
        );
      })}
    </ul>
  );
}

const chips: { overlay: Overlay; word: string; title: string }[] = [
  { overlay: 'greedy', word: 'greedy', title: 'Lay the most probable token at each step over the tree' },
  { overlay: 'sample', word: 'sampled', title: 'Lay three texts drawn at random over the tree' },
  { overlay: 'exact', word: 'exact', title: 'Lay the best of all texts over the tree, where it can be found quickly' },
];

/** Searches that can be laid over the tree. */
export function OverlayChips({ colours }: { colours: ThemeColours }) {
  const { store, talk } = useDecodeLab();
  const { view, answered, laid } = store;
  if (!view) return null;
  return (
    <div class="chips">
      {chips.map(({ overlay, word, title }) => {
        const isSame = answered?.strategy.kind === overlay;
        const found = laid.get(overlay);
        const isOn = view.overlays.includes(overlay) && !isSame;
        return (
          <button
            type="button"
            class="chip"
            key={overlay}
            title={isSame ? 'This is the search that is drawn' : (found?.failed ?? title)}
            aria-pressed={isOn}
            disabled={isSame}
            onClick={() => talk.toggle(overlay)}
          >
            <svg width="22" height="8" aria-hidden="true">
              <line
                x1="1"
                x2="21"
                y1="4"
                y2="4"
                stroke={overlayLooks[overlay].colour(colours)}
                stroke-width="2.5"
                stroke-linecap="round"
                stroke-dasharray={overlayLooks[overlay].dash}
              />
            </svg>
            {word}
            {isOn && found && !found.answer && <Icon name={found.failed ? 'warning' : 'loading'} isSpinning={!found.failed} />}
          </button>
        );
      })}
    </div>
  );
}
