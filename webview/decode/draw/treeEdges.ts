import type { ThemeColours } from '../../draw/themeColours.ts';
import type { DrawnNode } from './drawnTree.ts';
import type { NodeState } from './nodeWords.ts';
import { svgElement } from './svgElement.ts';
import type { TreeLayout } from './treeLayout.ts';

/** How the edge to a node is drawn. */
export type EdgeLook = 'pruned' | 'considered' | 'kept' | 'returned' | 'best';

/** How the edge to a node is drawn at a moment; null: not at all. */
export function edgeLook(node: DrawnNode, state: NodeState, moment: number | null): EdgeLook | null {
  if (state === 'unborn' || (state === 'laid' && node.overlays.size > 0)) return null;
  if (moment === null && node.best === 0) return 'best';
  if (moment === null && node.best !== null) return 'returned';
  if (state === 'considered') return 'considered';
  return state === 'kept' || state === 'finished' ? 'kept' : 'pruned';
}

/** Rows of one path, in pixels. */
const band = 300;

/**
 * The edges of a tree. Those of one look, column and band of rows are one path: far fewer than edges, and yet what is painted of the drawing
 * does not drag along all of it (dashes are laid out anew for every tile that a path may touch).
 */
export class TreeEdges {
  readonly groups: SVGGElement[];
  readonly #layout: TreeLayout;
  readonly #groups: Record<EdgeLook, SVGGElement>;
  readonly #paths = new Map<string, SVGPathElement>();

  constructor(layout: TreeLayout, colours: ThemeColours) {
    this.#layout = layout;
    this.#groups = edgeGroups(colours);
    this.groups = Object.values(this.#groups);
  }

  /** Draws the edges to all nodes, each as it looks now. */
  draw(nodes: readonly DrawnNode[], lookOf: (node: DrawnNode) => EdgeLook | null): void {
    const drawn = new Map<string, string>();
    for (const node of nodes) {
      const look = node.parent && lookOf(node);
      if (!look) continue;
      const key = `${look} ${node.depth} ${Math.floor(this.#layout.places[node.id]!.y / band)}`;
      drawn.set(key, (drawn.get(key) ?? '') + this.pathOf(node));
      if (!this.#paths.has(key)) {
        const path = svgElement('path');
        this.#paths.set(key, path);
        this.#groups[look].append(path);
      }
    }
    for (const [key, path] of this.#paths) path.setAttribute('d', drawn.get(key) ?? '');
  }

  /** From the parent's mark: a bend, then the line on which the words of the edge stand. */
  pathOf({ parent, id }: DrawnNode): string {
    const [from, to] = [this.#layout.places[parent!.id]!, this.#layout.places[id]!];
    const start = from.x + 4;
    return from.y === to.y
      ? `M${start} ${from.y}H${to.x}`
      : `M${start} ${from.y}C${start + 16} ${from.y} ${start + 8} ${to.y} ${start + 24} ${to.y}H${to.x}`;
  }
}

/** Weight and dashes say what colour says too. */
function edgeGroups({ foreground, muted, live }: ThemeColours): Record<EdgeLook, SVGGElement> {
  const looks: Record<EdgeLook, { stroke: string; width: number; opacity: number; dash?: string }> = {
    pruned: { stroke: muted, width: 1, opacity: 0.6, dash: '2 3' },
    considered: { stroke: foreground, width: 1, opacity: 0.5 },
    kept: { stroke: foreground, width: 1.3, opacity: 0.75 },
    returned: { stroke: live, width: 2, opacity: 1 },
    best: { stroke: live, width: 3.5, opacity: 1 },
  };
  const made = Object.entries(looks).map(([look, { stroke, width, opacity, dash }]) => {
    const attributes = { class: `edge edge-${look}`, fill: 'none', stroke, 'stroke-width': width, 'stroke-opacity': opacity };
    return [look, svgElement('g', { ...attributes, 'stroke-dasharray': dash })];
  });
  return Object.fromEntries(made);
}
