import { useEffect, useRef, useState } from 'preact/hooks';
import { LossChart } from '../draw/lossChart.ts';
import { filmEndOf, lossCurveNames, lossPicture } from '../draw/lossPicture.ts';
import { hasBits, type LossUnit, lossUnitOf } from '../draw/lossReading.ts';
import { Card, type CardTool, EmptyState } from './card.tsx';
import { CurveChips } from './curveChips.tsx';
import { sayFirstPoint } from './firstPoint.ts';
import { type Lab, useLab } from './lab.ts';
import { LossHover } from './lossHover.tsx';
import { LossTable } from './lossTable.tsx';
import { saveCanvasPng, saveLossCsv } from './saveCard.ts';
import { moveHeadTo } from './timeline.tsx';
import { useThemeColours } from './useThemeColours.ts';

/** Visible range in epochs. */
export interface EpochRange {
  from: number;
  to: number;
}

/** How the loss falls. */
export function LossCard() {
  const { store, talk } = useLab();
  const [range, setRange] = useState<EpochRange | null>(null);
  const [isTable, setTable] = useState(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  const names = lossCurveNames(store);
  const tools: CardTool[] = [
    ...unitTools({ store, talk }),
    { icon: 'zoom-out', label: 'Show the whole run (0)', isDisabled: range === null, use: () => setRange(null) },
    {
      icon: 'log',
      isWord: true,
      label: 'Logarithmic loss axis',
      isPressed: store.view.logY,
      use: () => talk.changeView({ logY: !store.view.logY }),
    },
    { icon: 'table', label: 'Show as a table', isPressed: isTable, use: () => setTable(!isTable) },
    { icon: 'file-media', label: 'Save as PNG', isDisabled: isTable, use: () => saveCanvasPng(store, 'loss', canvas.current) },
    { icon: 'save', label: 'Save as CSV', use: () => saveLossCsv(store) },
  ];
  const isEmpty = store.run !== null && names.length === 0;
  return (
    <Card
      id="loss"
      title="Loss"
      tools={tools}
      aside={<CurveChips names={names} />}
      zoom={(factor) => setRange(zoomed(range, filmEndOf(store), factor))}
    >
      {isEmpty && <LossEmpty />}
      {!isEmpty && isTable && <LossTable names={names} />}
      {!isEmpty && !isTable && <LossPlot canvas={canvas} names={names} range={range} setRange={setRange} />}
    </Card>
  );
}

/** How much of the past a curve carries; the points themselves stay visible. */
function Smoothing() {
  const { store, talk } = useLab();
  const { smoothing } = store.view;
  return (
    <label class="smoothing" title="Exponential moving average without the pull of its beginning; the points stay, pale">
      smooth
      <input
        type="range"
        min="0"
        max="0.99"
        step="0.01"
        value={smoothing}
        aria-valuetext={smoothing === 0 ? 'as they are' : `${smoothing} of the past`}
        onInput={(event) => talk.changeView({ smoothing: Number(event.currentTarget.value) })}
      />
    </label>
  );
}

/** Buttons by which a language model's loss is read in one of three units. */
function unitTools({ store, talk }: Lab): CardTool[] {
  if (!store.run?.language) return [];
  const units: [LossUnit, string, boolean][] = [
    ['nats', 'Read the loss in nats a token', true],
    ['perplexity', 'Read the loss as perplexity, e to the power of the nats', true],
    ['bits', 'Read the loss in bits a character', hasBits(store)],
  ];
  return units.map(([lossUnit, label, isThere]) => ({
    icon: lossUnit,
    isWord: true,
    label,
    isPressed: lossUnitOf(store) === lossUnit,
    isDisabled: !isThere,
    use: () => talk.changeView({ lossUnit }),
  }));
}

/** The range around the same middle, `factor` times as long; null where that is the whole film. */
function zoomed(range: EpochRange | null, end: number, factor: number | null): EpochRange | null {
  if (factor === null) return null;
  const { from, to } = range ?? { from: 0, to: end };
  const half = Math.max(end / 20_000, ((to - from) * factor) / 2);
  const middle = (from + to) / 2;
  const next = { from: Math.max(0, middle - half), to: Math.min(end, middle + half) };
  return next.from === 0 && next.to === end ? null : next;
}

interface PlotProps {
  canvas: { current: HTMLCanvasElement | null };
  names: string[];
  range: EpochRange | null;
  setRange(range: EpochRange | null): void;
}

function LossPlot({ canvas, names, range, setRange }: PlotProps) {
  const { store, talk } = useLab();
  const colours = useThemeColours(store);
  const chart = useRef<LossChart | null>(null);
  const ranged = useRef<(from: number, to: number) => void>(() => {});
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const drawn = new LossChart(canvas.current!, { ranged: (from, to) => ranged.current(from, to), painted: sayFirstPoint });
    chart.current = drawn;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width)));
    observer.observe(canvas.current!.parentElement!);
    return () => {
      observer.disconnect();
      drawn.destroy();
      chart.current = null;
    };
  }, [canvas]);
  const picture = lossPicture(store, range, width || 600, colours);
  ranged.current = (from, to) => {
    const isWhole = from <= picture.end * 1e-6 && to >= picture.end * (1 - 1e-6);
    setRange(isWhole ? null : { from, to });
  };
  useEffect(() => chart.current?.draw(picture));
  const pressed = useRef<number | null>(null);
  const press = (event: PointerEvent): void => {
    pressed.current = event.clientX;
  };
  const click = (event: MouseEvent): void => {
    const drawn = chart.current;
    // the end of a pan is no click
    if (pressed.current === null || Math.abs(event.clientX - pressed.current) > 3) return;
    if (!drawn || event.offsetX < drawn.area.left || event.offsetX > drawn.area.right) return;
    moveHeadTo({ store, talk }, drawn.epochAt(event.offsetX) / store.epochsPerStep);
  };
  const { from, to } = picture;
  const step = (epoch: number): number => epoch / store.epochsPerStep;
  const margin = range ? (to - from) / 2 : 0;
  useEffect(() => {
    if (width === 0) return;
    const shown = names.filter((name) => !store.view.hiddenCurves.includes(name));
    talk.curves.want(shown, {
      from: Math.max(0, step(from - margin)),
      to: step(Math.min(picture.end, to + margin)),
      pairs: Math.ceil((width / 2) * (range ? 2 : 1)),
    });
  }, [from, to, width, names.join()]);
  return (
    <div class="plot loss-plot">
      <canvas ref={canvas} onPointerDown={press} onClick={click} role="img" aria-label={describe(names.length, store.run?.epoch ?? 0)} />
      <Smoothing />
      <LossHover chart={chart} picture={picture} canvas={canvas} />
    </div>
  );
}

const describe = (curves: number, epoch: number): string =>
  `Chart of ${curves} loss curves over ${Math.floor(epoch)} epochs; the button "Show as a table" gives the numbers`;

function LossEmpty() {
  return (
    <EmptyState>
      <p>The loss appears here with the first step of training.</p>
      <p class="muted">Train and validation loss follow at each evaluation; “evaluateEvery” in “training” says how often.</p>
    </EmptyState>
  );
}
