import { useEffect, useRef } from 'preact/hooks';
import { type Key, KeyList } from '../../parts/keyList.tsx';
import { BlankControls, BlanksCard } from './blanksCard.tsx';
import { ConstraintChips } from './constraintChips.tsx';
import { Controls } from './controls.tsx';
import { DecodeHeader, DecodeSentence } from './decodeHeader.tsx';
import { DecodeContext, type DecodeLab, useDecodeLab } from './decodeLab.ts';
import { ExactAccount } from './exactAccount.tsx';
import { HypothesesCard } from './hypothesesCard.tsx';
import { LengthsCard } from './lengthsCard.tsx';
import { TreeCard } from './treeCard.tsx';
import { useDecodeKeys } from './useDecodeKeys.ts';

const keys: Key[] = [
  ['/', 'the prompt'],
  ['t', 'the tree; then:'],
  ['← →', 'parent; likeliest child, along the best text where it goes on'],
  ['↑ ↓', 'the node above or below in its column'],
  ['Home, End', 'the prompt; the end of the best text'],
  ['Enter', 'begin with this node'],
  ['f, Shift+F', 'forbid its token here; anywhere'],
  ['m', 'the menu of the node'],
  ['Shift+arrows', 'move the drawing'],
  ['+ − 0', 'nearer, farther, the whole tree'],
  [', .', 'the moment of the search before or after'],
  ['Space', 'play the search, or halt'],
  ['Backspace', 'take back what was forced or forbidden last'],
  ['x, l, e', 'texts, length, the account of every text'],
  ['Escape', 'cancel the search'],
  ['?', 'this list'],
];

/** A search and what it saw; or the blanks of a sentence, for models of masked tokens. */
export function DecodePageBody({ lab, root }: { lab: DecodeLab; root: HTMLElement }) {
  const help = useRef<HTMLDialogElement>(null);
  useDecodeKeys(lab, help);
  return (
    <DecodeContext.Provider value={lab}>
      <Facts root={root} />
      <Main />
      <KeyList dialog={help} keys={keys} />
    </DecodeContext.Provider>
  );
}

function Main() {
  const { store } = useDecodeLab();
  const isMasked = store.about?.isMasked === true;
  return (
    <main class="decode" aria-busy={store.waiting !== null}>
      <DecodeHeader />
      {isMasked ? <BlankControls /> : <Controls />}
      <ConstraintChips />
      <DecodeSentence />
      <div class="decode-cards">
        {isMasked ? (
          <BlanksCard />
        ) : (
          <>
            <TreeCard />
            <HypothesesCard />
            <LengthsCard />
            <ExactAccount />
          </>
        )}
      </div>
    </main>
  );
}

/** What is shown, as data attributes of the root, for tests from outside. */
function Facts({ root }: { root: HTMLElement }) {
  const { store } = useDecodeLab();
  useEffect(() => {
    const { answer, waiting, error, moment, filled } = store;
    Object.assign(root.dataset, {
      state: waiting !== null ? 'waiting' : error ? 'failed' : answer || filled ? 'answered' : 'empty',
      best: answer?.hypotheses[0]?.text ?? '',
      nodes: String(answer?.nodes.length ?? 0),
      moment: moment === null ? 'end' : String(moment),
      overlays: [...store.overlays.keys()].sort().join(' '),
    });
  });
  return null;
}
