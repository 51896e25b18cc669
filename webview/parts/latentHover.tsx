import { visibleToken } from '../../src/run/visibleToken.ts';
import { cutText, formatNumber } from '../draw/formatNumber.ts';
import { className, type Square } from '../draw/latentPicture.ts';
import { gutter } from '../draw/scatterAxes.ts';
import { useLab } from './lab.ts';
import { Picture } from './picture.tsx';

interface LatentHoverProps {
  row: number;
  at: [number, number];
  square: Square;
  side: number;
}

/** The row under the pointer: its number, its label, its place, and its picture where one is kept. */
export function LatentHover({ row, at, square, side }: LatentHoverProps) {
  const { store } = useLab();
  const sample = store.sample;
  const label = sample?.labels[row];
  const token = sample?.tokens?.[row];
  const x = gutter + ((at[0] - square.centre[0] + square.radius) / (2 * square.radius)) * side;
  const y = ((square.centre[1] + square.radius - at[1]) / (2 * square.radius)) * side;
  const isRight = x > gutter + side / 2;
  const place = isRight ? { right: `calc(100% - ${x - 14}px)` } : { left: `${x + 14}px` };
  return (
    <div class="hover" style={{ ...place, top: `${Math.min(Math.max(0, y - 20), side - 60)}px` }}>
      <p>
        {token === undefined ? (
          <>
            row <span class="number">{row}</span>
          </>
        ) : (
          `‘${visibleToken(token, 60)}’`
        )}
        {label !== undefined && <> · {cutText(className(sample!, label), 80)}</>}
      </p>
      <p class="muted number">
        ({formatNumber(at[0])}, {formatNumber(at[1])})
      </p>
      {sample?.imageShape && row < sample.pictured && <Picture row={row} />}
    </div>
  );
}
