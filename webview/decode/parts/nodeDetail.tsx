import { visibleToken } from '../../../src/run/visibleToken.ts';
import { post } from '../decodeApi.ts';
import { type DrawnNode, tokensTo } from '../draw/drawnTree.ts';
import { fateWords, numbersOf } from '../draw/nodeWords.ts';
import type { NodeAction } from '../draw/treeView.ts';
import { useDecodeLab } from './decodeLab.ts';

const definitions: Record<string, string> = {
  p: 'Probability of this token after what stands before it',
  'ln p': 'Natural logarithm of that probability',
  sum: 'Sum of ln p over the generated tokens up to here',
  score: 'The sum after the length penalty, at this length',
  rank: 'Place among the candidates of its moment',
};

interface DetailProps {
  /** The node that is pointed at or has the focus. */
  node: DrawnNode | null;
  act(node: DrawnNode, action: NodeAction): void;
}

/** All about one node, in one line, and what can be done with it. */
export function NodeDetail({ node, act }: DetailProps) {
  const { store } = useDecodeLab();
  const vocabulary = store.answer?.vocabulary ?? [];
  if (!node?.parent)
    return (
      <p class="detail muted">
        <span>Point at a node, or reach it with Tab and arrows: what it costs, and why it went no further. Click it to begin with it.</span>
      </p>
    );
  const path = tokensTo(node);
  const token = visibleToken(vocabulary[node.token] ?? '');
  return (
    <div class="detail">
      <span class="path">
        {path.slice(-8, -1).map((at, i) => (
          <span class="muted" key={`${i}`}>
            {visibleToken(vocabulary[at] ?? '')}{' '}
          </span>
        ))}
        <strong>{token}</strong>
      </span>
      {numbersOf(node).map(({ name, value }) => (
        <button
          type="button"
          class="fact-number"
          key={name}
          title={`${definitions[name]}. Click to copy.`}
          onClick={() => post({ kind: 'copy', text: value.replace('−', '-') })}
        >
          <span class="muted">{name}</span> <span class="number">{value}</span>
        </button>
      ))}
      <span class="fate">{fateWords(node, store.moment)}</span>
      <span class="detail-buttons">
        <button
          type="button"
          class="secondary"
          title="Every text has to begin like this (Enter, or a click on the node)"
          onClick={() => act(node, 'force')}
        >
          Force
        </button>
        <button type="button" class="secondary" title={`${token} may not stand here (f)`} onClick={() => act(node, 'forbidHere')}>
          Forbid here
        </button>
        <button type="button" class="secondary" title={`${token} may stand nowhere (Shift+F)`} onClick={() => act(node, 'forbidAnywhere')}>
          Forbid anywhere
        </button>
      </span>
    </div>
  );
}
