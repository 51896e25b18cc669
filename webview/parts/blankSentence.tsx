import { visibleToken } from '../../src/run/visibleToken.ts';
import { formatNumber } from '../draw/formatNumber.ts';
import type { LanguageMoment } from '../state/runStore.ts';
import { DataTable } from './dataTable.tsx';

type Blank = LanguageMoment['blanks'][number];

const mostCandidates = 5;

/** Hidden tokens with their places, one-based. */
const hiddenOf = (blanks: readonly Blank[]): { place: number; token: string; candidates: NonNullable<Blank['candidates']> }[] =>
  blanks.flatMap(({ token, candidates }, i) => (candidates === null ? [] : [{ place: i + 1, token, candidates }]));

/** A sentence with hidden tokens filled in, and below it what each was taken for, as bars. */
export function BlankSentence({ blanks }: { blanks: readonly Blank[] }) {
  const isOfWords = blanks.some(({ token }) => token.length > 1 && !/^<.*>$/.test(token));
  const hidden = hiddenOf(blanks);
  const right = hidden.filter(({ token, candidates }) => candidates[0]?.token === token).length;
  return (
    <div class="blanks">
      <p class={`blank-sentence${isOfWords ? ' words' : ''}`}>
        {blanks.map((blank, i) => (
          <BlankToken key={`${i}`} blank={blank} />
        ))}
      </p>
      <p class="muted note">
        {right} of {hidden.length} hidden {hidden.length === 1 ? 'token' : 'tokens'} right; under a wrong one stands what was hidden.
      </p>
      <div class="candidates">
        {hidden.map(({ place, token, candidates }) => (
          <figure key={place}>
            <figcaption>
              token <span class="number">{place}</span>, ‘{visibleToken(token)}’ hidden
            </figcaption>
            <ul>
              {candidates.slice(0, mostCandidates).map((candidate, i) => (
                <Candidate key={`${i}`} {...candidate} isTrue={candidate.token === token} />
              ))}
            </ul>
          </figure>
        ))}
      </div>
    </div>
  );
}

/** A token of the sentence: shown ones as they are, hidden ones as the model fills them in. */
function BlankToken({ blank: { token, candidates } }: { blank: Blank }) {
  if (candidates === null) return <span class="blank-token">{visibleToken(token)}</span>;
  const guess = candidates[0]?.token ?? '';
  const isRight = guess === token;
  return (
    <span class={`blank-token filled ${isRight ? 'right' : 'wrong'}`}>
      <b>{visibleToken(guess)}</b>
      <span class="hidden-text">{isRight ? ' (filled in, right)' : ' (filled in, wrong, hidden was '}</span>
      {!isRight && <small>{visibleToken(token)}</small>}
      {!isRight && <span class="hidden-text">)</span>}
    </span>
  );
}

function Candidate({ token, probability, isTrue }: { token: string; probability: number; isTrue: boolean }) {
  const share = Number.isFinite(probability) ? Math.min(1, Math.max(0, probability)) : 0;
  return (
    <li class={isTrue ? 'true' : ''}>
      <span class="cut">{visibleToken(token)}</span>
      <svg width="100%" height="10" aria-hidden="true">
        <rect class="all" x="0" y="1" width="100%" height="8" />
        <rect class="share" x="0" y="1" width={`${100 * share}%`} height="8" />
      </svg>
      <span class="number">{formatNumber(probability, 2)}</span>
      <span class="muted">{isTrue ? 'true' : ''}</span>
    </li>
  );
}

/** What each hidden token was taken for, as numbers. */
export function BlankTable({ blanks }: { blanks: readonly Blank[] }) {
  const [head, ...rows] = [...blankRows(blanks)];
  const shown = rows.map(([place, hidden, candidate, probability]) => [
    place!,
    visibleToken(String(hidden)),
    visibleToken(String(candidate)),
    formatNumber(Number(probability)),
  ]);
  return <DataTable caption="What hidden tokens were taken for" columns={head!.map(String)} rows={shown} />;
}

/** One row a candidate, under a row of names. */
export function* blankRows(blanks: readonly Blank[]): Generator<(string | number)[]> {
  yield ['place', 'hidden', 'candidate', 'probability'];
  for (const { place, token, candidates } of hiddenOf(blanks))
    for (const candidate of candidates) yield [place, token, candidate.token, candidate.probability];
}
