import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { cutText, decimalsFor, formatNumber, formatPlain } from '../draw/formatNumber.ts';
import { className } from '../draw/latentPicture.ts';
import { difference, drawStrip, fullError, gapOf, valueRange } from '../draw/samplePictures.ts';
import type { ThemeColours } from '../draw/themeColours.ts';
import { type Pictured, rowOf } from '../state/pictured.ts';
import { useLab } from './lab.ts';

interface StripsProps {
  pictured: Pictured;
  order: number[];
  errors: Float64Array | null;
  shape: [number, number];
  colours: ThemeColours;
  list: { current: HTMLElement | null };
}

/** Rows of pictures: input, corrupted, output, error, one row a sample. */
export function SampleStrips({ pictured, order, errors, shape, colours, list }: StripsProps) {
  const range = useMemo(() => valueRange(pictured.inputs), [pictured.inputs]);
  const decimals = decimalsFor(errors ? errors.reduce((most, error) => Math.max(most, error), 0) : 0);
  const names = ['input', ...(pictured.corrupted ? ['corrupted'] : []), 'output', 'error'];
  const label = `Samples as ${names.join(', ')}`;
  const room = { '--strip': stripWidth(names.length, shape) };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="strips" ref={list} aria-label={label} tabIndex={0} style={room}>
        {order.map((row) => (
          <SampleStrip
            key={row}
            {...{ row, pictured, shape, colours, range, names }}
            error={errors ? (errors[row] ?? 0).toFixed(decimals) : ''}
          />
        ))}
      </section>
      <p class="muted note">
        Left to right: {names.join(', ')}. Shades from {formatPlain(range.low)} to {formatPlain(range.high)}, in the units of the file.
        Error is output − input: <span class="less">blue</span> too low, <span class="more">red</span> too high, full at{' '}
        {formatPlain(fullError(range))}; the number is its root mean square.
      </p>
    </>
  );
}

/** Pixels of the screen for one of the image. */
const scaleOf = ([height]: [number, number]): number => Math.max(1, Math.round(44 / height));

/** Room that so many pictures and the words beside them need; a column is never narrower. */
const stripWidth = (places: number, shape: [number, number]): string =>
  `${(places * shape[1] + (places - 1) * gapOf(shape[1])) * scaleOf(shape) + 84}px`;

interface StripProps {
  row: number;
  pictured: Pictured;
  shape: [number, number];
  colours: ThemeColours;
  range: { low: number; high: number };
  /** Its root mean square error. */
  error: string;
  names: string[];
}

function SampleStrip({ row, pictured, shape, colours, range, error, names }: StripProps) {
  const { store } = useLab();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [asked, setAsked] = useState<string | undefined>(undefined);
  const { inputs, corrupted, outputs, width } = pictured;
  useEffect(() => {
    const part = (array: Float32Array | null): Float32Array | null => array && rowOf(array, row, width);
    const input = rowOf(inputs, row, width);
    const output = part(outputs);
    const pictures = corrupted ? [input, part(corrupted), output] : [input, output];
    drawStrip(canvas.current!, { pictures, error: output ? difference(output, input) : null, shape, range }, colours);
  }, [inputs, corrupted, outputs, row, colours]);
  const label = store.sample?.labels[row];
  const name = label === undefined ? '' : className(store.sample!, label);
  const scale = scaleOf(shape);
  const places = names.length - (outputs ? 0 : 1);
  const size = { height: `${shape[0] * scale}px`, width: `${(places * shape[1] + (places - 1) * gapOf(shape[1])) * scale}px` };
  const ask = (event: PointerEvent): void => {
    const x = Math.floor(event.offsetX / scale);
    const y = Math.floor(event.offsetY / scale);
    setAsked(pixelText(pictured, row, { y, x: x % (shape[1] + gapOf(shape[1])) }, shape));
  };
  return (
    <figure class="strip" title={asked}>
      <canvas
        ref={canvas}
        class="pixels"
        style={size}
        role="img"
        aria-label={`row ${row}${name ? `, label ${cutText(name, 60)}` : ''}: ${names.join(', ')}`}
        onPointerMove={ask}
        onPointerLeave={() => setAsked(undefined)}
      />
      <figcaption>
        <span class="cut" title={cutText(name, 200)}>
          {cutText(name, 40)}
        </span>
        <span class="number muted">{error}</span>
      </figcaption>
    </figure>
  );
}

function pixelText(
  { inputs, corrupted, outputs, width }: Pictured,
  row: number,
  { y, x }: { y: number; x: number },
  shape: [number, number],
): string | undefined {
  if (x >= shape[1] || y < 0 || y >= shape[0]) return undefined;
  const at = row * width + y * shape[1] + x;
  const parts = [`pixel ${y}, ${x}`, `input ${formatNumber(inputs[at]!)}`];
  if (corrupted) parts.push(`corrupted ${formatNumber(corrupted[at]!)}`);
  if (outputs) parts.push(`output ${formatNumber(outputs[at]!)}`, `error ${formatNumber(outputs[at]! - inputs[at]!)}`);
  return parts.join(' · ');
}
