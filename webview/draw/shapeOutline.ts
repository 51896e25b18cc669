import type { Shape } from './palette.ts';

const circle = (radius: number): string => `M${radius},0A${radius},${radius} 0 1 0 ${-radius},0A${radius},${radius} 0 1 0 ${radius},0Z`;
const box = (x: number, y: number): string => `M${-x},${-y}H${x}V${y}H${-x}Z`;

function polygon(corners: number, turn: number, radius = 1): string {
  const points = Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return `${(radius * Math.cos(angle)).toFixed(3)},${(radius * Math.sin(angle)).toFixed(3)}`;
  });
  return `M${points.join('L')}Z`;
}

const plus = 'M-.32,-.95H.32V-.32H.95V.32H.32V.95H-.32V.32H-.95V-.32H-.32Z';
const cross = 'M-.9,-.45L-.45,-.9L0,-.45L.45,-.9L.9,-.45L.45,0L.9,.45L.45,.9L0,.45L-.45,.9L-.9,.45L-.45,0Z';

const outlines: Record<Shape, string> = {
  circle: circle(0.85),
  square: box(0.75, 0.75),
  triangle: polygon(3, -Math.PI / 2),
  diamond: polygon(4, 0),
  cross,
  down: polygon(3, Math.PI / 2),
  plus,
  ring: circle(0.9) + circle(0.5),
  hexagon: polygon(6, 0, 0.95),
  bar: box(0.95, 0.35),
};

/** The shape as the data of an SVG path around (0, 0), within radius 1; inner rings are holes (even-odd). */
export const shapeOutline = (shape: Shape): string => outlines[shape];
