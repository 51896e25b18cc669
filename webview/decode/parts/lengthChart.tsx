import { useRef } from 'preact/hooks';
import { formatNumber, formatPlain } from '../../draw/formatNumber.ts';
import { linearAxis } from '../../draw/niceAxis.ts';
import type { ThemeColours } from '../../draw/themeColours.ts';
import { useWidth } from '../../parts/useWidth.ts';
import type { LengthBest, LengthChoice } from '../draw/lengthChoices.ts';

const height = 134;
const room = { left: 38, right: 14, top: 22, bottom: 20 };
const narrow = 150;

interface ChartProps {
  lengths: readonly LengthBest[];
  choice: LengthChoice;
  colours: ThemeColours;
}

/** Score by length under one penalty; the winner stands out by size and by its number. */
export function LengthChart({ lengths, choice, colours }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = Math.max(narrow, useWidth(box));
  const scales = scalesOf(lengths, choice, width);
  const { winner, penalty } = choice;
  const best = winner === null ? null : scales.at(winner);
  const words = best ? `length ${lengths[winner!]!.length} wins with ${formatNumber(best.score)}` : 'no text';
  return (
    <div ref={box}>
      <svg
        {...{ width, height }}
        role="img"
        aria-label={`${penalty.kind}: ${words}`}
        font-family={colours.font}
        font-size="11"
        fill={colours.muted}
      >
        {scales.ticks.map((value) => (
          <g key={value}>
            <line x1={room.left} x2={width - room.right} y1={scales.y(value)} y2={scales.y(value)} stroke={colours.grid} />
            <text x={room.left - 5} y={scales.y(value) + 4} text-anchor="end">
              {formatPlain(value)}
            </text>
          </g>
        ))}
        {best && <line x1={best.x} x2={best.x} y1={best.y} y2={height - room.bottom} stroke={colours.live} stroke-width="1.5" />}
        {lengths.map((length, i) => (
          <LengthDot key={length.length} {...{ length, colours }} {...scales.at(i)} isBest={i === winner} />
        ))}
        {best && (
          <text x={Math.min(best.x, width - 34)} y={best.y - 8} text-anchor="middle" fill={colours.foreground} font-weight="600">
            {formatNumber(best.score)}
          </text>
        )}
        {scales.named.map((i) => (
          <text
            key={i}
            x={scales.at(i).x}
            y={height - 6}
            text-anchor="middle"
            fill={i === winner ? colours.foreground : colours.muted}
            font-weight={i === winner ? 600 : 400}
          >
            {lengths[i]!.length}
          </text>
        ))}
      </svg>
    </div>
  );
}

interface DotProps {
  length: LengthBest;
  x: number;
  y: number;
  score: number;
  isBest: boolean;
  colours: ThemeColours;
}

/** Filled: proven; hollow: the best that was met. */
function LengthDot({ length: { length, isExact, text }, x, y, score, isBest, colours }: DotProps) {
  if (!Number.isFinite(score)) return null;
  const colour = isBest ? colours.live : colours.foreground;
  return (
    <circle cx={x} cy={y} r={isBest ? 5 : 3} fill={isExact ? colour : colours.background} stroke={colour} stroke-width={isBest ? 2 : 1.2}>
      <title>{`${length} tokens, “${text}”: ${formatNumber(score, 5)}`}</title>
    </circle>
  );
}

/** Where everything of the chart stands. */
function scalesOf(lengths: readonly LengthBest[], { scores, winner }: LengthChoice, width: number) {
  const shown = scores.filter((score) => Number.isFinite(score));
  const axis = linearAxis(Math.min(...shown), Math.max(...shown));
  const longest = Math.max(1, ...lengths.map(({ length }) => length));
  const space = width - room.left - room.right;
  const x = (length: number): number => room.left + ((length - 0.5) / longest) * space;
  const y = (score: number): number => room.top + ((axis.max - score) / (axis.max - axis.min)) * (height - room.top - room.bottom);
  // lengths are named as far as there is room, the winner always
  const stride = Math.ceil((longest * 22) / space);
  const isNear = (length: number): boolean => winner !== null && Math.abs(length - lengths[winner]!.length) < stride;
  const named = lengths.flatMap(({ length }, i) => (i === winner || (length % stride === 0 && !isNear(length)) ? [i] : []));
  return {
    y,
    ticks: [axis.max, axis.min],
    named,
    at: (i: number) => ({ x: x(lengths[i]!.length), y: y(scores[i]!), score: scores[i]! }),
  };
}
