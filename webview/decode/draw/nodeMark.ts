import type { ThemeColours } from '../../draw/themeColours.ts';
import type { NodeState } from './nodeWords.ts';

/** How a node of some state is drawn: its outline around the origin, and the attributes of a path. */
export interface Mark {
  d: string;
  fill: string;
  stroke: string;
  width: number;
  dash?: string;
}

const circle = (r: number): string => `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`;
const square = (r: number): string => `M${-r} ${-r}H${r}V${r}H${-r}Z`;
const cross = 'M-3 -3L3 3M3 -3L-3 3';

/** A dot goes on, a cross does not, a square has ended, a frame around either is given back: told apart without colour. */
export function markOf(state: NodeState, hasEnded: boolean, { foreground, muted, background, live }: ThemeColours): Mark {
  switch (state) {
    case 'root':
      return { d: 'M-1.5 -8H1.5V8H-1.5Z', fill: foreground, stroke: 'none', width: 0 };
    case 'considered':
      return { d: circle(3.5), fill: background, stroke: foreground, width: 1 };
    case 'pruned':
      return { d: cross, fill: 'none', stroke: muted, width: 1.2 };
    case 'forbidden':
      return { d: `${circle(4)}M-2.8 2.8L2.8 -2.8`, fill: background, stroke: muted, width: 1.2 };
    case 'finished':
      return { d: square(4), fill: foreground, stroke: 'none', width: 0 };
    case 'returned': {
      const shape = hasEnded ? square : circle;
      return { d: `${shape(3)}${shape(6)}${inner(hasEnded)}`, fill: live, stroke: 'none', width: 0 };
    }
    case 'laid':
      return { d: hasEnded ? square(3.5) : circle(3.5), fill: background, stroke: muted, width: 1, dash: '2 1.5' };
    default:
      return { d: circle(3.5), fill: foreground, stroke: 'none', width: 0 };
  }
}

/** The hole between the frame and what it holds, wound the other way. */
const inner = (hasEnded: boolean): string => (hasEnded ? 'M-4.6 -4.6V4.6H4.6V-4.6Z' : 'M-4.6 0A4.6 4.6 0 1 0 4.6 0A4.6 4.6 0 1 0 -4.6 0Z');
