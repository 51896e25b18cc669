import { useEffect } from 'preact/hooks';
import { post } from '../talk/vscodeApi.ts';
import type { Lab } from './lab.ts';
import { moveHeadBy } from './timeline.tsx';

/** Cards by their keys; a page has those of its task. */
const cards: Record<string, string> = {
  l: 'loss',
  s: 'samples',
  a: 'attention',
  z: 'latents',
  r: 'reconstructions',
  t: 'theory',
  d: 'labels',
  m: 'metrics',
  n: 'numbers',
};

/** The page's keys; typing in a field, a dialog or with Ctrl, Alt or Meta is left alone. */
export function useKeys(lab: Lab, help: { current: HTMLDialogElement | null }): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || help.current?.open) return;
      const target = event.target as HTMLElement;
      if (target.closest('input, select, textarea')) return;
      if (event.key === ' ' && target.closest('button, summary, a')) return;
      if (isScrolling(event, target)) return;
      const card = cards[event.key];
      if (card) focusCard(lab, card);
      else if (!act(lab, help, event)) return;
      event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [lab, help]);
}

/** Whether the key moves through something that scrolls and has the focus. */
const isScrolling = (event: KeyboardEvent, target: HTMLElement): boolean =>
  /^(Arrow|Home|End| )/.test(event.key) && target.closest('.table-box, .strips, .samples-box') !== null;

function act(lab: Lab, help: { current: HTMLDialogElement | null }, { key, shiftKey }: KeyboardEvent): boolean {
  const { store, talk } = lab;
  const reach = shiftKey ? 10 : 1;
  const actions: Record<string, () => void> = {
    ' ': () => pauseOrResume(lab),
    ArrowLeft: () => moveHeadBy(lab, -reach),
    ArrowRight: () => moveHeadBy(lab, reach),
    Home: () => store.frames[0] && talk.changeView({ head: store.frames[0].step }),
    End: () => talk.changeView({ head: null }),
    '?': () => help.current?.showModal(),
  };
  actions[key]?.();
  return key in actions;
}

function pauseOrResume({ store }: Lab): void {
  const status = store.run?.status;
  if (status === 'paused') post({ kind: 'order', order: 'resume' });
  else if (status === 'running' || status === 'starting') post({ kind: 'order', order: 'pause' });
}

function focusCard({ store, talk }: Lab, id: string): void {
  const card = document.getElementById(`card-${id}`);
  if (store.view.folded.includes(id)) talk.changeView({ folded: store.view.folded.filter((name) => name !== id) });
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: 'nearest' });
}
