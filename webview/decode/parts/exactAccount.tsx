import type { Decoded } from '../decodeStore.ts';
import { countWords, shareWords } from '../draw/countWords.ts';
import { useDecodeLab } from './decodeLab.ts';
import { FoldingCard } from './foldingCard.tsx';

const what: { key: keyof NonNullable<Decoded['exact']>['log10RuledOut'] | 'visited'; word: string; why: string }[] = [
  { key: 'visited', word: 'visited', why: 'looked at to their end' },
  { key: 'bound', word: 'ruled out by bound', why: 'what stands before already costs more than the best text' },
  { key: 'recombined', word: 'recombined', why: 'another beginning of that length, in the same state of the model, is at least as good' },
  { key: 'impossible', word: 'impossible', why: 'probability 0, forbidden, or without an end that is forced' },
];

/** What became of all texts that there are: an exact search accounts for each of them. */
export function ExactAccount() {
  const { store } = useDecodeLab();
  const source = store.answer?.exact ? store.answer : store.overlays.get('exact');
  const exact = source?.exact;
  if (!source || !exact) return null;
  const { log10Texts: all, proven } = exact;
  const parts: { key: string; word: string; why: string; log10: number }[] = what.map((part) => ({
    ...part,
    log10: part.key === 'visited' ? exact.log10Visited : exact.log10RuledOut[part.key],
  }));
  const rest = 1 - parts.reduce((sum, { log10 }) => sum + 10 ** (log10 - all), 0);
  if (!proven && rest > 0)
    parts.push({ key: 'open', word: 'not looked at', why: 'the search was left at its limit of nodes', log10: all + Math.log10(rest) });
  const words = parts.map(({ word, log10 }) => `${word} ${countWords(log10)}`).join(', ');
  const size = source.vocabulary.length;
  return (
    <FoldingCard id="account" title="Every text accounted for" tools={[]} aside={<span class="muted">exact search</span>}>
      <p>
        Of <strong class="number">{countWords(all)}</strong> texts of at most <span class="number">{source.maxNewTokens}</span> tokens out
        of <span class="number">{size}</span>, exact search visited <strong class="number">{countWords(exact.log10Visited)}</strong>, with{' '}
        <span class="number">{source.modelCalls}</span> model calls.
      </p>
      <div class="account-bar" role="img" aria-label={words}>
        {parts.map(({ key, log10 }) => (
          <span
            key={key}
            class={`part part-${key}`}
            style={{ flexGrow: 10 ** (log10 - all), minWidth: log10 === Number.NEGATIVE_INFINITY ? 0 : '3px' }}
          />
        ))}
      </div>
      <ul class="account">
        {parts
          .filter(({ log10 }) => log10 > Number.NEGATIVE_INFINITY)
          .map(({ key, word, why, log10 }) => (
            <li key={key} title={why}>
              <span class={`part part-${key}`} />
              <span>
                {word} <strong class="number">{countWords(log10)}</strong> <span class="muted number">{shareWords(log10, all)}</span>
                <span class="muted why">{why}</span>
              </span>
            </li>
          ))}
      </ul>
    </FoldingCard>
  );
}
