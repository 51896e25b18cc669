import { formatPlain } from '../../draw/formatNumber.ts';
import type { LengthBest, LengthChoice } from './lengthChoices.ts';
import { quoted } from './searchSentence.ts';

/** Which text wins without a penalty and why, and what each penalty makes of it. */
export function lengthSentence(lengths: readonly LengthBest[], choices: readonly LengthChoice[]): string {
  const [raw, ...others] = choices;
  if (!raw || raw.winner === null) return 'No finished text is possible at any length.';
  const won = lengths[raw.winner]!;
  const longer = lengths.length - 1 - raw.winner;
  const why =
    longer > 0
      ? 'each further token can only lower the sum of log-probabilities'
      : lengths.length > 1
        ? 'what is shorter is less probable still'
        : 'no other length has a finished text';
  const first = `Without a penalty ${quoted({ text: won.text, finished: true })} wins with ${tokens(won.length)}: ${why}.`;
  const changed = others
    .filter(({ winner }) => winner !== null && winner !== raw.winner)
    .map((choice) => `${penaltyWords(choice)} takes ${tokens(lengths[choice.winner!]!.length)}`);
  if (lengths.length < 2) return first;
  if (changed.length === 0) return `${first} None of the penalties, as strong as they are here, changes that.`;
  return `${first} ${capital(changed.join(', '))}.`;
}

const tokens = (length: number): string => (length === 1 ? '1 token' : `${length} tokens`);
const capital = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`;

function penaltyWords({ penalty }: LengthChoice): string {
  if (penalty.kind === 'none') return 'no penalty';
  return penalty.kind === 'reward'
    ? `a reward of ${formatPlain(penalty.perToken)} a token`
    : `${penalty.kind} ${formatPlain(penalty.alpha)}`;
}
