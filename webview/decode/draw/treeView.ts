import { type DrawnNode, tokensTo } from './drawnTree.ts';
import { type Bounds, PanZoom, type Sight } from './panZoom.ts';
import { svgElement } from './svgElement.ts';
import { TreeDrawing, type TreeParts } from './treeDrawing.ts';
import { nodeAt, type TreeLayout } from './treeLayout.ts';

/** What people do with a node. */
export type NodeAction = 'force' | 'forbidHere' | 'forbidAnywhere' | 'menu';

/** Whom the view tells. */
export interface TreeListener {
  /** The node that is pointed at; null: none. */
  point(node: DrawnNode | null): void;
  focus(node: DrawnNode): void;
  act(node: DrawnNode, action: NodeAction, at: { x: number; y: number }): void;
}

const zoomKeys: Record<string, number> = { '+': 1.3, '=': 1.3, '-': 1 / 1.3 };
const moveKeys: Record<string, [number, number]> = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };
/** Below this, words could not be read: then the tree begins near, not whole. */
const readable = 0.62;
/** A tree of a few nodes is made larger, but not as large as that. */
const largestAtFirst = 1.5;

/** A tree in its box: what is looked at, where the focus is, what keys and pointer do. */
export class TreeView {
  readonly #box: HTMLElement;
  readonly #listener: TreeListener;
  readonly #listening = new AbortController();
  #drawing: TreeDrawing | null = null;
  #parts: TreeParts | null = null;
  #panZoom: PanZoom | null = null;
  #focused: DrawnNode | null = null;
  /** What a new size or a new tree is looked at by: the first look, the whole, or where people moved to. */
  #look: 'home' | 'whole' | 'moved' = 'home';

  constructor(box: HTMLElement, listener: TreeListener) {
    this.#box = box;
    this.#listener = listener;
    const options = { signal: this.#listening.signal };
    box.addEventListener('keydown', (event) => this.#press(event), options);
    box.addEventListener('focusin', (event) => this.#enter(event), options);
    box.addEventListener('contextmenu', (event) => this.#openMenu(event), options);
    box.addEventListener('click', (event) => this.#click(event), options);
    for (const moving of ['wheel', 'pointerdown'] as const)
      box.addEventListener(moving, () => this.#setMoved(), { ...options, passive: true });
  }

  get drawing(): TreeDrawing | null {
    return this.#drawing;
  }

  get sight(): Sight | null {
    return this.#panZoom?.sight ?? null;
  }

  dispose(): void {
    this.#listening.abort();
    this.#panZoom?.dispose();
  }

  /** Draws a tree; the focus goes to the same tokens where they are still there. */
  show(parts: TreeParts, focused: readonly number[] | null): void {
    const hadFocus = this.#box.contains(document.activeElement);
    const sight = this.#panZoom?.sight;
    this.#panZoom?.dispose();
    this.#parts = parts;
    const drawing = new TreeDrawing(parts);
    this.#drawing = drawing;
    const whole = boundsOf(drawing.layout, parts.prompt);
    const held = holderOf(drawing, whole);
    this.#box.replaceChildren(held);
    this.#panZoom = new PanZoom({
      box: this.#box,
      drawing: held,
      bounds: () => whole,
      point: (at) => this.#listener.point(at && this.#shownAt(at)),
      press: (at, event) => {
        const node = this.#shownAt(at);
        if (node) this.#listener.act(node, 'force', { x: event.clientX, y: event.clientY });
      },
    });
    if (this.#look === 'moved' && sight) this.#panZoom.look(sight);
    else this.#lookAgain();
    this.#focused = null;
    this.#take(find(parts, focused) ?? parts.tree.nodes[0]!, hadFocus);
  }

  /** Looks at the whole tree where its words can be read then; else at the texts that are given back; else at the beginning. */
  home(): void {
    this.#look = 'home';
    const { layout } = this.#drawing!;
    const { nodes } = this.#parts!.tree;
    const whole = boundsOf(layout, this.#parts!.prompt);
    const heights = nodes.filter(({ best, parent }) => best !== null || parent === null).map(({ id }) => layout.places[id]!.y);
    const best = { ...whole, top: Math.min(...heights) - 40, bottom: Math.max(...heights) + 40 };
    const sight = [whole, best].map((bounds) => this.#panZoom!.fit(bounds, largestAtFirst)).find(({ k }) => k >= readable);
    if (sight) this.#panZoom!.look(sight);
    else {
      const k = 0.8;
      this.#panZoom!.look({ k, left: 24 - k * whole.left, top: this.#box.clientHeight / 2 - k * layout.places[0]!.y });
    }
  }

  /** Looks at the whole tree. */
  fit(): void {
    this.#look = 'whole';
    this.#panZoom?.look(this.#panZoom.fit());
  }

  zoom(factor: number): void {
    this.#setMoved();
    this.#panZoom?.zoom(factor);
  }

  move(dx: number, dy: number): void {
    this.#panZoom?.move(dx, dy);
  }

  /** The box has another size. */
  resize(): void {
    if (this.#panZoom && this.#box.clientWidth > 0) this.#lookAgain();
  }

  #setMoved(): void {
    this.#look = 'moved';
  }

  #lookAgain(): void {
    if (this.#look === 'home') this.home();
    else if (this.#look === 'whole') this.fit();
    else this.#panZoom!.look(this.#panZoom!.sight);
  }

  /** Gives a node the focus. */
  focus(node: DrawnNode): void {
    this.#take(node, true);
  }

  #take(node: DrawnNode, withFocus: boolean): void {
    const { elements, layout } = this.#drawing!;
    elements[this.#focused?.id ?? 0]!.setAttribute('tabindex', '-1');
    this.#focused = node;
    elements[node.id]!.setAttribute('tabindex', '0');
    if (!withFocus) return;
    elements[node.id]!.focus({ preventScroll: true });
    const { x, y } = layout.places[node.id]!;
    this.#panZoom!.reveal(x, y);
  }

  #enter(event: FocusEvent): void {
    const node = this.#nodeOf(event.target);
    if (!node) return;
    if (node !== this.#focused) this.#take(node, false);
    this.#listener.focus(node);
  }

  #press(event: KeyboardEvent): void {
    const node = this.#focused;
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, shiftKey } = event;
    const move = shiftKey ? moveKeys[key] : undefined;
    const action = actionOf(key, shiftKey);
    if (move) {
      this.#setMoved();
      this.move(...move);
    } else if (zoomKeys[key]) this.zoom(zoomKeys[key]);
    else if (key === '0') this.fit();
    else if (action) this.#listener.act(node, action, this.#pageAt(node));
    else {
      const next = this.#neighbour(node, key);
      if (!next) return;
      if (next !== node) this.focus(next);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Where an arrow leads: parent, likeliest child, the nodes above and below; the same node where there is none; null: no such key. */
  #neighbour(node: DrawnNode, key: string): DrawnNode | null {
    const isShown = (other: DrawnNode | undefined): boolean => other !== undefined && this.#drawing!.isShown(other);
    const { nodes } = this.#parts!.tree;
    switch (key) {
      case 'ArrowLeft':
        return node.parent ?? node;
      case 'ArrowRight':
        return node.children.find(({ best }) => best !== null) ?? node.children.find(isShown) ?? node;
      case 'ArrowUp':
      case 'ArrowDown': {
        const column = this.#drawing!.layout.columns[node.depth]!;
        const step = key === 'ArrowUp' ? -1 : 1;
        let at = column.indexOf(node) + step;
        while (column[at] && !isShown(column[at])) at += step;
        return column[at] ?? node;
      }
      case 'Home':
        return nodes[0]!;
      case 'End':
        return nodes.find(({ place }) => place === 0) ?? node;
      default:
        return null;
    }
  }

  #openMenu(event: MouseEvent): void {
    const node = this.#nodeOf(event.target) ?? this.#shownAt(this.#drawingAt(event));
    if (!node?.parent) return;
    event.preventDefault();
    this.focus(node);
    this.#listener.act(node, 'menu', event.clientX > 0 ? { x: event.clientX, y: event.clientY } : this.#pageAt(node));
  }

  /** Screen readers click without a pointer. */
  #click(event: MouseEvent): void {
    const node = event.detail === 0 ? this.#nodeOf(event.target) : null;
    if (node) this.#listener.act(node, 'force', this.#pageAt(node));
  }

  #nodeOf(target: EventTarget | null): DrawnNode | null {
    const id = (target as Element | null)?.closest('[data-node]')?.getAttribute('data-node');
    return id ? (this.#parts?.tree.nodes[Number(id)] ?? null) : null;
  }

  #shownAt({ x, y }: { x: number; y: number }): DrawnNode | null {
    const node = nodeAt(this.#drawing!.layout, x, y);
    return node && this.#drawing!.isShown(node) ? node : null;
  }

  #drawingAt(event: MouseEvent): { x: number; y: number } {
    const { left, top } = this.#box.getBoundingClientRect();
    const sight = this.#panZoom!.sight;
    return { x: (event.clientX - left - sight.left) / sight.k, y: (event.clientY - top - sight.top) / sight.k };
  }

  #pageAt(node: DrawnNode): { x: number; y: number } {
    const { left, top } = this.#box.getBoundingClientRect();
    const { x, y } = this.#drawing!.layout.places[node.id]!;
    const sight = this.#panZoom!.sight;
    return { x: left + sight.left + x * sight.k, y: top + sight.top + y * sight.k };
  }
}

function actionOf(key: string, shiftKey: boolean): NodeAction | null {
  if (key === 'Enter') return 'force';
  if (key.toLowerCase() === 'f') return shiftKey || key === 'F' ? 'forbidAnywhere' : 'forbidHere';
  return key === 'ContextMenu' || (key === 'F10' && shiftKey) || key === 'm' ? 'menu' : null;
}

/** The element of the page that is moved. */
function holderOf({ group }: TreeDrawing, { left, top, right, bottom }: Bounds): SVGSVGElement {
  const [width, height] = [right - left, bottom - top];
  const holder = svgElement('svg', { class: 'world', role: 'presentation', width, height, viewBox: `${left} ${top} ${width} ${height}` });
  holder.append(group);
  return holder;
}

/** Edges of the drawing with the words around it. */
export function boundsOf({ width, top, bottom }: TreeLayout, prompt: string): Bounds {
  return { left: -22 - 7.4 * prompt.length, top: top - 26, right: width + 120, bottom: bottom + 26 };
}

function find({ tree }: TreeParts, tokens: readonly number[] | null): DrawnNode | undefined {
  if (!tokens) return undefined;
  const wanted = tokens.join();
  return tree.nodes.find((node) => node.depth === tokens.length && tokensTo(node).join() === wanted);
}
