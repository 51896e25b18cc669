import { useState } from 'preact/hooks';
import { csvText } from '../../draw/csvText.ts';
import { formatNumber, formatPlain } from '../../draw/formatNumber.ts';
import type { ThemeColours } from '../../draw/themeColours.ts';
import { type CardTool, EmptyState } from '../../parts/cardFrame.tsx';
import { DataTable } from '../../parts/dataTable.tsx';
import { useThemeColours } from '../../parts/useThemeColours.ts';
import { post } from '../decodeApi.ts';
import { type LengthBest, type LengthChoice, lengthChoice, penaltyKinds, penaltyOfKind } from '../draw/lengthChoices.ts';
import { lengthSentence } from '../draw/lengthSentence.ts';
import { quoted } from '../draw/searchSentence.ts';
import { useDecodeLab } from './decodeLab.ts';
import { FoldingCard } from './foldingCard.tsx';
import { LengthChart } from './lengthChart.tsx';
import { penaltyFacts, StrengthSlider } from './penaltyFields.tsx';

/** The best finished text of each length, and which of them each penalty takes. */
export function LengthsCard() {
  const { store } = useDecodeLab();
  const colours = useThemeColours(store);
  const [isTable, setTable] = useState(false);
  const lengths = store.answer?.lengths ?? [];
  const strengths = store.view?.strengths;
  const choices = strengths ? penaltyKinds.map((kind) => lengthChoice(penaltyOfKind(kind, strengths), lengths)) : [];
  const tools: CardTool[] = [
    { icon: 'table', label: 'Show as a table', isPressed: isTable, isDisabled: lengths.length === 0, use: () => setTable(!isTable) },
    {
      icon: 'save',
      label: 'Save as CSV',
      isDisabled: lengths.length === 0,
      use: () => post({ kind: 'save', name: 'lengths', type: 'csv', content: csvText([head, ...rowsOf(lengths, choices, String)]) }),
    },
  ];
  return (
    <FoldingCard id="lengths" title="Length" tools={tools} aside={<span class="muted">the best finished text of each length</span>}>
      {lengths.length === 0 || !store.answer ? (
        <EmptyState>
          {store.answer && store.answer.end === null
            ? 'The texts of this model have no end, so all are as long as “new tokens” says: no length is chosen.'
            : 'The best finished text of each length appears here once a search has found one, and which of them each penalty takes.'}
        </EmptyState>
      ) : isTable ? (
        <DataTable
          caption="Score of the best finished text of each length"
          columns={head}
          rows={rowsOf(lengths, choices, (score) => formatNumber(score, 5))}
        />
      ) : (
        <LengthPanels {...{ lengths, choices, colours }} />
      )}
    </FoldingCard>
  );
}

const head = ['length', 'text', 'proven best', 'sum', 'power', 'gnmt', 'reward'];

function rowsOf(lengths: readonly LengthBest[], choices: readonly LengthChoice[], say: (score: number) => string): (string | number)[][] {
  return lengths.map(({ length, text, isExact }, i) => [
    length,
    text,
    isExact ? 'yes' : 'no',
    ...choices.map(({ scores }) => say(scores[i]!)),
  ]);
}

interface PanelsProps {
  lengths: readonly LengthBest[];
  choices: readonly LengthChoice[];
  colours: ThemeColours;
}

function LengthPanels({ lengths, choices, colours }: PanelsProps) {
  return (
    <>
      <p class="length-sentence">{lengthSentence(lengths, choices)}</p>
      <div class="length-panels">
        {choices.map((choice) => {
          const { kind } = choice.penalty;
          const winner = choice.winner === null ? null : lengths[choice.winner]!;
          return (
            <figure class="length-panel" key={kind}>
              <figcaption>
                <span>
                  <strong>{penaltyFacts[kind].label}</strong> <span class="muted">{penaltyFacts[kind].formula}</span>
                </span>
                {winner && (
                  <span class="winner cut" title={winner.text}>
                    {quoted({ text: winner.text, finished: true })}
                  </span>
                )}
              </figcaption>
              <LengthChart {...{ lengths, choice, colours }} />
              {kind === 'none' ? (
                <p class="muted strength">more tokens, lower sum</p>
              ) : (
                <div class="strength">
                  <StrengthSlider kind={kind} />
                </div>
              )}
            </figure>
          );
        })}
      </div>
      {lengths.some(({ isExact }) => !isExact) && (
        <p class="muted note">
          Filled: no text of that length is better. Hollow: the best that the search met; a better one may exist (
          {formatPlain(lengths.filter(({ isExact }) => isExact).length)} of {lengths.length} are proven).
        </p>
      )}
    </>
  );
}
