import { useState } from 'preact/hooks';
import { cutText, formatNumber } from '../draw/formatNumber.ts';
import { className } from '../draw/latentPicture.ts';
import type { ThemeColours } from '../draw/themeColours.ts';
import { type Pictured, rowOf } from '../state/pictured.ts';
import { Icon } from './icon.tsx';
import { useLab } from './lab.ts';

interface BarsProps {
  pictured: Pictured;
  order: number[];
  errors: Float64Array | null;
  colours: ThemeColours;
}

const mostColumns = 200;

/** One row of a table at a time: each column's input, corrupted input and output, and its error as a bar around zero. */
export function SampleBars({ pictured, order, errors }: BarsProps) {
  const { store } = useLab();
  const [place, setPlace] = useState(0);
  const at = Math.min(place, order.length - 1);
  const row = order[at]!;
  const part = (array: Float32Array | null): Float32Array | null => array && rowOf(array, row, pictured.width);
  const [input, corrupted, output] = [part(pictured.inputs)!, part(pictured.corrupted), part(pictured.outputs)];
  const label = store.sample?.labels[row];
  const largest = output ? output.reduce((most, value, i) => Math.max(most, Math.abs(value - input[i]!)), 0) : 0;
  return (
    <>
      <div class="stepper">
        <button type="button" class="tool" aria-label="Sample before" disabled={at === 0} onClick={() => setPlace(at - 1)}>
          <Icon name="chevron-left" />
        </button>
        <span>
          sample <span class="number">{at + 1}</span> of <span class="number">{order.length}</span>
        </span>
        <button type="button" class="tool" aria-label="Sample after" disabled={at + 1 >= order.length} onClick={() => setPlace(at + 1)}>
          <Icon name="chevron-right" />
        </button>
        <span class="muted">
          row {row}
          {label !== undefined && ` · ${cutText(className(store.sample!, label), 60)}`}
          {errors && ` · root mean square error ${formatNumber(errors[row]!)}`}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="table-box" aria-label="Values of the sample" tabIndex={0}>
        <table class="bars">
          <BarsHead hasCorrupted={corrupted !== null} />
          <tbody>
            {Array.from(input.slice(0, mostColumns), (value, i) => (
              <tr key={i}>
                <th scope="row">
                  <span class="cut">{cutText(store.sample?.columns[i] ?? String(i), 80)}</span>
                </th>
                <td>{formatNumber(value)}</td>
                {corrupted && <td>{formatNumber(corrupted[i]!)}</td>}
                <td>{output ? formatNumber(output[i]!) : '–'}</td>
                <td>{output ? formatNumber(output[i]! - value) : '–'}</td>
                <td class="bar-cell">{output && <ErrorBar share={largest > 0 ? (output[i]! - value) / largest : 0} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {pictured.width > mostColumns && (
        <p class="muted note">
          The first {mostColumns} of {pictured.width} columns; the CSV has all.
        </p>
      )}
    </>
  );
}

function BarsHead({ hasCorrupted }: { hasCorrupted: boolean }) {
  return (
    <thead>
      <tr>
        <th scope="col">column</th>
        <th scope="col">input</th>
        {hasCorrupted && <th scope="col">corrupted</th>}
        <th scope="col">output</th>
        <th scope="col">error</th>
        <th scope="col" class="bar-cell">
          too low · too high
        </th>
      </tr>
    </thead>
  );
}

/** A bar from the middle: left is too low, right too high; full is the largest error of this row. */
function ErrorBar({ share }: { share: number }) {
  const width = 50 * Math.min(1, Math.abs(share));
  return (
    <svg width="100%" height="10" aria-hidden="true">
      <rect class={share < 0 ? 'less' : 'more'} x={`${share < 0 ? 50 - width : 50}%`} y="1" width={`${width}%`} height="8" />
      <rect class="zero" x="50%" y="0" width="1" height="10" />
    </svg>
  );
}
