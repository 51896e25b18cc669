import { useEffect } from 'preact/hooks';
import type { DecodeLab } from './decodeLab.ts';
import { stepMoment, togglePlay } from './moments.tsx';

const cards: Record<string, string> = { t: 'tree', x: 'texts', l: 'lengths', e: 'account', b: 'blanks' };

/** The page's keys; typing in a field, a menu, a dialog or with Ctrl, Alt or Meta is left alone. */
export function useDecodeKeys({ store, talk }: DecodeLab, help: { current: HTMLDialogElement | null }): void {
  useEffect(() => {
    const actions: Record<string, () => void> = {
      ',': () => stepMoment(store, -1),
      '.': () => stepMoment(store, 1),
      ' ': () => togglePlay(store),
      '/': () => document.querySelector<HTMLInputElement>('.prompt input')?.focus(),
      Escape: () => store.waiting !== null && talk.cancel(),
      Backspace: () => takeBack({ store, talk }),
      '?': () => help.current?.showModal(),
    };
    const press = (event: KeyboardEvent): void => {
      const { key } = event;
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || help.current?.open) return;
      const target = event.target as HTMLElement;
      if (target.closest('input:not([type="range"]), select, textarea, .menu') && key !== 'Escape') return;
      if (key === ' ' && target.closest('button, summary, a, .table-box')) return;
      if (cards[key]) focusCard({ store, talk }, cards[key]);
      else if (actions[key]) actions[key]();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [store, talk, help]);
}

/** Takes back the last thing that was forced or forbidden. */
function takeBack({ store, talk }: DecodeLab): void {
  if (!store.view) return;
  const { forced, forbidden } = store.view.constraints;
  if (forbidden.length > 0) talk.change({ constraints: { forced, forbidden: forbidden.slice(0, -1) } });
  else if (forced.length > 0) talk.change({ constraints: { forced: [], forbidden } });
}

function focusCard({ store, talk }: DecodeLab, id: string): void {
  const card = document.getElementById(`card-${id}`);
  if (!card) return;
  const folded = store.view?.folded ?? [];
  if (folded.includes(id)) talk.changeView({ folded: folded.filter((name) => name !== id) });
  const inside = id === 'tree' ? card.querySelector<SVGElement>('.node[tabindex="0"]') : null;
  (inside ?? card).focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest' });
}
