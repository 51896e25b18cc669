import { visibleToken } from '../../../src/run/visibleToken.ts';
import type { Constraints } from '../../../src/search/searchResult.ts';
import { Icon } from '../../parts/icon.tsx';
import { useDecodeLab } from './decodeLab.ts';

interface Chip {
  words: string;
  without: Constraints;
}

/** What is forced and forbidden, each with a button that takes it back. */
export function ConstraintChips() {
  const { store, talk } = useDecodeLab();
  const { view, answer } = store;
  if (!view || !answer) return null;
  const chips = chipsOf(view.constraints, answer.vocabulary);
  if (chips.length === 0) return null;
  return (
    <ul class="constraints" aria-label="What is forced and forbidden">
      {chips.map(({ words, without }) => (
        <li key={words}>
          <span>{words}</span>
          <button
            type="button"
            class="tool"
            aria-label={`Take back: ${words}`}
            title="Take back"
            onClick={() => talk.change({ constraints: { forced: [...without.forced], forbidden: without.forbidden.map(copyOf) } })}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** A ban as the view keeps it. */
export const copyOf = ({ token, after }: Constraints['forbidden'][number]) => ({ token, after: after && [...after] });

function chipsOf({ forced, forbidden }: Constraints, vocabulary: readonly string[]): Chip[] {
  const say = (tokens: readonly number[]): string => tokens.map((token) => visibleToken(vocabulary[token] ?? '')).join(' ');
  const chips: Chip[] = forced.length > 0 ? [{ words: `begins with ${say(forced)}`, without: { forced: [], forbidden } }] : [];
  forbidden.forEach(({ token, after }, i) => {
    const where = after === null ? 'anywhere' : after.length === 0 ? 'at the start' : `after ${say(after)}`;
    const without = { forced, forbidden: forbidden.filter((_, j) => j !== i) };
    chips.push({ words: `no ${say([token])} ${where}`, without });
  });
  return chips;
}
