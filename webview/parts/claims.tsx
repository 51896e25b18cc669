import type { RunView } from '../../src/protocol/page.ts';
import { cutText } from '../draw/formatNumber.ts';
import { Icon } from './icon.tsx';
import { useLab } from './lab.ts';

const icons: Record<RunView['claims'][number]['verdict'], string> = { confirmed: 'pass', refuted: 'error', undecided: 'question' };

/** What the end of the run says of the claims that its file makes; nothing where it makes none. */
export function Claims() {
  const { store } = useLab();
  const claims = store.run?.claims ?? [];
  if (claims.length === 0) return null;
  return (
    <ul class="claims" aria-label="Claims written before the run">
      {claims.map(({ text, verdict, words }, i) => (
        <li key={`${i}${text}`} class={`claim claim-${verdict}`} title={cutText(`${text}: ${words}`, 1000)}>
          <Icon name={icons[verdict]} />
          <span>{verdict}</span>
          <code class="cut">{cutText(text, 200)}</code>
          <span class="muted cut">{cutText(words, 200)}</span>
        </li>
      ))}
    </ul>
  );
}
