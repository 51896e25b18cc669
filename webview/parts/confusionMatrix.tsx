import { useState } from 'preact/hooks';
import type { RunView } from '../../src/protocol/page.ts';
import { cutText } from '../draw/formatNumber.ts';

type Downstream = NonNullable<RunView['downstream']>;

/** Classes beyond which a matrix is no picture any more. */
const mostClasses = 24;

/** Which test rows of each class were given which class, of one arm with so many labels, all draws together. */
export function ConfusionMatrix({ downstream, values }: { downstream: Downstream; values: Float32Array | null }) {
  const { arms, classes, labels } = downstream;
  const [arm, setArm] = useState(Math.max(0, arms.indexOf('fineTune')));
  const [budget, setBudget] = useState(Math.floor((labels.length - 1) / 2));
  const count = classes.length;
  if (!values || values.length !== arms.length * labels.length * count * count)
    return <p class="muted">The confusion matrix is missing or damaged.</p>;
  if (count > mostClasses) return <p class="muted">{count} classes are too many for a picture of what was taken for what.</p>;
  const matrix = values.subarray((arm * labels.length + budget) * count * count, (arm * labels.length + budget + 1) * count * count);
  const name = (index: number): string => cutText(classes[index]!, 24);
  return (
    <figure class="confusion">
      <figcaption>
        Test rows by class (down) and by what{' '}
        <select aria-label="Arm" value={arm} onChange={(event) => setArm(Number(event.currentTarget.value))}>
          {arms.map((one, i) => (
            <option key={one} value={i}>
              {one}
            </option>
          ))}
        </select>{' '}
        with{' '}
        <select aria-label="Number of labels" value={budget} onChange={(event) => setBudget(Number(event.currentTarget.value))}>
          {labels.map((one, i) => (
            <option key={one} value={i}>
              {one}
            </option>
          ))}
        </select>{' '}
        labels took them for (across), in per cent of the class
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="matrix-box" aria-label="Confusion matrix" tabIndex={0}>
        <table class="matrix">
          <thead>
            <tr>
              <td />
              {classes.map((_, j) => (
                <th scope="col" key={j} title={classes[j]}>
                  {name(j)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {classes.map((_, i) => (
              <MatrixRow key={i} name={name(i)} own={i} counts={matrix.subarray(i * count, (i + 1) * count)} />
            ))}
          </tbody>
        </table>
      </section>
    </figure>
  );
}

function MatrixRow({ name, own, counts }: { name: string; own: number; counts: Float32Array }) {
  const total = counts.reduce((sum, value) => sum + value, 0);
  return (
    <tr>
      <th scope="row">{name}</th>
      {Array.from(counts, (value, j) => {
        const share = total > 0 ? value / total : 0;
        const strength = Math.round(80 * share);
        const colour = j === own ? 'var(--vscode-charts-blue)' : 'var(--warning)';
        return (
          <td
            key={j}
            class={j === own ? 'right' : ''}
            style={{ background: `color-mix(in srgb, ${colour} ${Math.min(26, strength)}%, transparent)` }}
            title={`${value} of ${total}`}
          >
            {share >= 0.005 ? Math.round(100 * share) : ''}
          </td>
        );
      })}
    </tr>
  );
}
