import { cutText, formatNumber } from '../draw/formatNumber.ts';
import type { LanguageMoment } from '../state/runStore.ts';
import { post } from '../talk/vscodeApi.ts';

type Text = LanguageMoment['texts'][number];

/** Logarithm of the probability by the number of tokens; a dash where that is not known. */
export const perToken = ({ logProbability, tokens }: Text): string => (tokens === undefined ? '–' : formatNumber(logProbability / tokens));

/** Texts that the model wrote, each with its probability; one that did not come to its end says so. A click copies it. */
export function SampleTexts({ texts }: { texts: readonly Text[] }) {
  const isByToken = texts.every(({ tokens }) => tokens !== undefined);
  return (
    <div class="texts">
      <p class="texts-head muted">
        <span>text</span>
        <span>{isByToken ? 'ln p a token' : 'ln p'}</span>
      </p>
      <ol aria-label="Texts drawn from the model">
        {texts.map((sample, i) => (
          <li key={`${i}`}>
            <button
              type="button"
              class="quiet"
              title={describe(sample)}
              onClick={() => post({ kind: 'copy', text: sample.text.slice(0, 100_000) })}
            >
              <span class="text">
                {sample.text === '' ? <i class="muted">the empty text</i> : cutText(sample.text, 2000)}
                {!sample.finished && <span class="unfinished">… unfinished</span>}
              </span>
              <span class="number">{isByToken ? perToken(sample) : formatNumber(sample.logProbability)}</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

function describe({ logProbability, tokens, finished }: Text): string {
  const over = tokens === undefined ? '' : ` over ${tokens} ${tokens === 1 ? 'token' : 'tokens'}, the end included`;
  const end = finished ? '' : ' It was cut where it had not come to its end.';
  return `ln p = ${formatNumber(logProbability, 4)}${finished ? over : over.replace(', the end included', '')}.${end} Click copies the text.`;
}
