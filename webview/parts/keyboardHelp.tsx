import { type Key, KeyList } from './keyList.tsx';
import { useLab } from './lab.ts';

const keysOf = (cards: readonly Key[]): Key[] => [
  ['Space', 'pause or resume training'],
  ['← →', 'the kept moment before or after; with Shift ten of them'],
  ['Home, End', 'the first moment; the newest, followed live'],
  ['l', 'loss'],
  ...cards,
  ['m', 'metrics'],
  ['n', 'numbers'],
  ['+ − 0', 'nearer, farther, all: in the chart that has the focus'],
  ['?', 'this list'],
];

const autoencoderCards: Key[] = [
  ['z', 'latents'],
  ['r', 'reconstructions'],
  ['t', 'spectrum and theory'],
  ['d', 'few labels, where the run compares them'],
];
const languageCards: Key[] = [
  ['s', 'samples'],
  ['a', 'attention, of transformers'],
  ['z', 'embeddings'],
];

/** The list of keys. */
export function KeyboardHelp({ dialog }: { dialog: { current: HTMLDialogElement | null } }) {
  const { store } = useLab();
  const keys = keysOf(store.run?.language ? languageCards : autoencoderCards);
  return <KeyList dialog={dialog} keys={keys} />;
}
