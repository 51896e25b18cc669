import { useEffect, useState } from 'preact/hooks';
import { formatEpoch, formatNumber } from '../draw/formatNumber.ts';
import type { LossChart, LossPicture } from '../draw/lossChart.ts';
import { lossReading, lossUnitOf, lossUnitWords } from '../draw/lossReading.ts';
import { metricFacts } from '../draw/metricFacts.ts';
import { useLab } from './lab.ts';

interface LossHoverProps {
  chart: { current: LossChart | null };
  picture: LossPicture;
  canvas: { current: HTMLCanvasElement | null };
}

/** Values of all lines under the pointer, and what they mean. */
export function LossHover({ chart, picture, canvas }: LossHoverProps) {
  const { store } = useLab();
  const [x, setX] = useState<number | null>(null);
  useEffect(() => {
    const element = canvas.current!;
    const move = (event: PointerEvent): void => setX(event.offsetX);
    const leave = (): void => setX(null);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerleave', leave);
    return () => {
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerleave', leave);
    };
  }, [canvas]);
  const drawn = chart.current;
  if (x === null || !drawn || x < drawn.area.left || x > drawn.area.right) return null;
  const epoch = drawn.epochAt(x);
  const step = epoch / store.epochsPerStep;
  const isRight = x > (drawn.area.left + drawn.area.right) / 2;
  const { top, bottom } = drawn.area;
  const reading = lossReading(store);
  const drawnLines = picture.lines.filter(({ isRaw }) => !isRaw).toReversed();
  const unit = store.run?.language ? ` · ${lossUnitWords[lossUnitOf(store)]}` : '';
  return (
    <>
      <div class="hover-line" style={{ left: `${x}px`, top: `${top}px`, height: `${bottom - top}px` }} />
      <div
        class="hover"
        style={isRight ? { right: `calc(100% - ${x - 12}px)`, top: `${top}px` } : { left: `${x + 12}px`, top: `${top}px` }}
      >
        <p class="number">
          epoch {formatEpoch(Number(epoch.toFixed(2)))}
          {unit}
        </p>
        <dl>
          {drawnLines.map(({ name, label }) => {
            const value = store.curves.get(name)?.valueAt(step) ?? null;
            return (
              <div key={name}>
                <dt>{label}</dt>
                <dd class="number">{value === null ? '–' : formatNumber(reading(name, value), 4)}</dd>
                <dd class="muted">{metricFacts(name).definition}</dd>
              </div>
            );
          })}
        </dl>
      </div>
    </>
  );
}
