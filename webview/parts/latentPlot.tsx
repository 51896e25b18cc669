import { useEffect, useRef, useState } from 'preact/hooks';
import { nearestPoint, type PointStyles, type Square, squareAround } from '../draw/latentPicture.ts';
import { Scatter } from '../draw/makeScatter.ts';
import { drawScatterAxes, gutter } from '../draw/scatterAxes.ts';
import { pointRadiusFor } from '../draw/scatterPicture.ts';
import type { ThemeColours } from '../draw/themeColours.ts';
import { drawTokens } from '../draw/tokenGlyphs.ts';
import { LatentHover } from './latentHover.tsx';
import { useDragAndWheel } from './useDragAndWheel.ts';

interface LatentPlotProps {
  positions: Float32Array;
  styles: PointStyles;
  names: [string, string];
  zoom: Square | null;
  setZoom(square: Square | null): void;
  scatter: { current: Scatter | null };
  axes: { current: HTMLCanvasElement | null };
  glyphs: { current: HTMLCanvasElement | null };
  /** What each point is called where points are tokens. */
  tokens: readonly string[] | null;
  colours: ThemeColours;
  palette: string[];
}

const reachPixels = 10;

/** The square scatter with its axes; wheel and drag move through it, a double click shows all. */
export function LatentPlot({ positions, styles, names, zoom, setZoom, scatter, axes, glyphs, tokens, colours, palette }: LatentPlotProps) {
  const outer = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [side, setSide] = useState(0);
  const [pointed, setPointed] = useState<[number, number] | null>(null);
  const square = zoom ?? squareAround(positions);
  useEffect(() => {
    const made = new Scatter(box.current!);
    scatter.current = made;
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setSide(Math.max(80, Math.floor(Math.min(width, height)) - gutter));
    });
    observer.observe(outer.current!);
    return () => {
      observer.disconnect();
      made.destroy();
      scatter.current = null;
    };
  }, [scatter]);
  useDragAndWheel(box, { square, side, setZoom, setPointed });
  const found = pointed && side > 0 ? nearestPoint(positions, styles, pointed, (reachPixels * 2 * square.radius) / side) : -1;
  useEffect(() => {
    if (side === 0) return;
    const { colourOf, shapeOf } = styles;
    const pointRadius = pointRadiusFor(colourOf.length);
    scatter.current?.draw({ positions, colourOf, shapeOf, colours: palette, ...square, pointRadius }, side);
    const marked: [number, number] | null = found < 0 ? null : [positions[2 * found]!, positions[2 * found + 1]!];
    if (axes.current) drawScatterAxes(axes.current, { square, side, names, marked, colours });
    if (glyphs.current && tokens) {
      const written = drawTokens(glyphs.current, { positions, styles, tokens, square, side, colours });
      glyphs.current.dataset.written = String(written);
    }
  });
  const size = { width: `${side + gutter}px`, height: `${side + gutter}px` };
  return (
    <div class="plot latent-plot" ref={outer}>
      <div class="square" style={size}>
        <canvas ref={axes} class="axes" style={size} role="img" aria-label={describe(styles.shown, names, tokens !== null)} />
        <div ref={box} class="points-box" style={{ left: `${gutter}px`, width: `${side}px`, height: `${side}px` }} />
        {tokens && <canvas ref={glyphs} class="glyphs" style={{ left: `${gutter}px`, width: `${side}px`, height: `${side}px` }} />}
        {found >= 0 && <LatentHover row={found} at={[positions[2 * found]!, positions[2 * found + 1]!]} square={square} side={side} />}
      </div>
    </div>
  );
}

const describe = (points: number, names: [string, string], isOfTokens: boolean): string =>
  `Scatter of ${points} ${isOfTokens ? 'tokens' : 'codes'}: ${names[0]}, ${names[1]}; the button "Show as a table" gives the numbers`;
