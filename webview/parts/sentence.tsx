import { cutText } from '../draw/formatNumber.ts';
import { Icon } from './icon.tsx';
import { useLab } from './lab.ts';

/** One true sentence; what is wrong comes first. */
export function Sentence() {
  const { store } = useLab();
  const run = store.run;
  if (!run) return <p class="sentence skeleton">&nbsp;</p>;
  const isWrong = run.status === 'failed' || run.status === 'interrupted' || run.status === 'unreachable';
  const reason = run.reason && !run.sentence.includes(run.reason) ? `${cutText(run.reason, 1000)} ` : '';
  return (
    <div class="sentences">
      <p class={`sentence${isWrong ? ' wrong' : ''}`}>
        {isWrong && <Icon name="error" />}
        {reason}
        {cutText(run.sentence, 2000)}
      </p>
      {run.skipped > 0 && (
        <p class="muted">
          <Icon name="warning" /> {run.skipped} {run.skipped === 1 ? 'line or array' : 'lines or arrays'} of this run could not be read and{' '}
          {run.skipped === 1 ? 'was' : 'were'} left out.
        </p>
      )}
      {store.notices.map((notice) => (
        <p class="muted" key={notice} role="status">
          <Icon name="info" /> {cutText(notice, 1000)}
        </p>
      ))}
    </div>
  );
}
