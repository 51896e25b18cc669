import { post } from '../talk/vscodeApi.ts';

let hasSaid = false;

/** Tells the host, once, when the first loss point was on the screen. */
export function sayFirstPoint(points: number): void {
  if (hasSaid || points === 0) return;
  hasSaid = true;
  requestAnimationFrame(() => post({ kind: 'firstPointDrawn', atMs: performance.now() }));
}
