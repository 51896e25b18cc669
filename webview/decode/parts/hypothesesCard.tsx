import { visibleToken } from '../../../src/run/visibleToken.ts';
import { formatNumber } from '../../draw/formatNumber.ts';
import { type CardTool, EmptyState } from '../../parts/cardFrame.tsx';
import { DataTable } from '../../parts/dataTable.tsx';
import { post } from '../decodeApi.ts';
import type { Decoded, DecodeStore } from '../decodeStore.ts';
import { saveTextsCsv } from '../saveSearch.ts';
import { useDecodeLab } from './decodeLab.ts';
import { FoldingCard } from './foldingCard.tsx';

/** The texts that the search gave back, with what each of their tokens costs. */
export function HypothesesCard() {
  const { store } = useDecodeLab();
  const { answer } = store;
  const count = answer?.hypotheses.length ?? 0;
  const tools: CardTool[] = [
    {
      icon: 'copy',
      label: 'Copy the best text',
      isDisabled: count === 0,
      use: () => post({ kind: 'copy', text: answer!.hypotheses[store.picked ?? 0]!.text.slice(0, 100_000) }),
    },
    { icon: 'save', label: 'Save as CSV', isDisabled: count === 0, use: () => saveTextsCsv(store) },
  ];
  return (
    <FoldingCard id="texts" title="Texts" tools={tools} aside={<span class="muted">{count > 1 ? `${count}, best first` : ''}</span>}>
      {answer && count > 0 ? (
        <TextTable {...{ store, answer }} />
      ) : (
        <EmptyState>The texts that the search gives back appear here, best first, token by token.</EmptyState>
      )}
    </FoldingCard>
  );
}

const columns = ['rank', 'text', 'tokens, each with its ln p', 'sum', 'length', 'score', 'ended'];

function TextTable({ store, answer }: { store: DecodeStore; answer: Decoded }) {
  const pick = (place: number): void => {
    store.picked = store.picked === place ? null : place;
    store.changed();
  };
  const rows = answer.hypotheses.map((hypothesis, place) => [
    <button
      type="button"
      class="pick"
      aria-pressed={store.picked === place}
      title="Show its path in the tree"
      onClick={() => pick(place)}
      key="pick"
    >
      {place + 1}
    </button>,
    <button type="button" class="pick-text" title="Show its path in the tree" onClick={() => pick(place)} key="text" tabIndex={-1}>
      {hypothesis.text === '' ? <em class="muted">empty</em> : visibleToken(hypothesis.text, 60).replaceAll('␣', ' ')}
    </button>,
    <Tokens key="tokens" {...{ hypothesis, vocabulary: answer.vocabulary }} />,
    formatNumber(hypothesis.logProbability, 6),
    hypothesis.tokens.length,
    formatNumber(hypothesis.score, 6),
    hypothesis.finished ? 'yes' : 'no',
  ]);
  return (
    <DataTable
      caption="ln p of the tokens add up to the sum; the score is the sum after the length penalty"
      columns={columns}
      rows={rows}
    />
  );
}

function Tokens({ hypothesis, vocabulary }: { hypothesis: Decoded['hypotheses'][number]; vocabulary: string[] }) {
  return (
    <span class="tokens">
      {hypothesis.tokens.map((token, i) => (
        <span class="token" key={`${i}`}>
          <span class="token-text">{visibleToken(vocabulary[token] ?? '')}</span>
          <span class="token-cost">{formatNumber(hypothesis.logProbabilities[i]!, 4)}</span>
        </span>
      ))}
    </span>
  );
}
