import type { Overlay } from '../../../src/protocol/decodePage.ts';
import { visibleToken } from '../../../src/run/visibleToken.ts';
import { formatPlain } from '../../draw/formatNumber.ts';
import type { ThemeColours } from '../../draw/themeColours.ts';
import type { DrawnNode, DrawnTree } from './drawnTree.ts';
import { type Mark, markOf } from './nodeMark.ts';
import { type NodeState, nodeName, overlayWords, probabilityText, stateAt } from './nodeWords.ts';
import { overlayLooks } from './overlayLooks.ts';
import { svgElement, svgText } from './svgElement.ts';
import { edgeLook, TreeEdges } from './treeEdges.ts';
import { layoutTree, type Place, type TreeLayout } from './treeLayout.ts';

/** What a tree is drawn from. */
export interface TreeParts {
  tree: DrawnTree;
  /** Tokens by id, and which of them ends a text. */
  vocabulary: readonly string[];
  end: number | null;
  prompt: string;
  colours: ThemeColours;
}

/** The tree as one group of SVG elements, made once; a moment of the search changes only what looks different then. */
export class TreeDrawing {
  readonly group = svgElement('g');
  readonly layout: TreeLayout;
  readonly elements: SVGGElement[] = [];
  readonly #parts: TreeParts;
  readonly #edges: TreeEdges;
  readonly #picked = svgElement('path', { class: 'picked', fill: 'none', 'stroke-width': 8, 'stroke-opacity': 0.22 });
  readonly #states: NodeState[] = [];

  constructor(parts: TreeParts) {
    this.#parts = parts;
    const { tree, colours, vocabulary } = parts;
    this.layout = layoutTree(tree, (node) => `${visibleToken(vocabulary[node.token] ?? '')} ${probabilityText(node.logProbability)}`);
    this.#edges = new TreeEdges(this.layout, colours);
    this.#picked.setAttribute('stroke', colours.focus);
    this.group.append(this.#picked, ...this.#edges.groups, this.#overlayGroup());
    const marks = svgElement('g', { class: 'marks' });
    for (const node of tree.nodes) marks.append(this.#nodeElement(node));
    this.group.append(marks, this.#endNames());
    this.showMoment(null);
  }

  /** Shows what was known at a moment of the search; null: at its end. */
  showMoment(moment: number | null): void {
    const { tree, vocabulary, colours, end } = this.#parts;
    for (const node of tree.nodes) {
      const state = stateAt(node, moment);
      if (this.#states[node.id] === state) continue;
      this.#states[node.id] = state;
      const element = this.elements[node.id]!;
      const isShown = state !== 'unborn';
      element.setAttribute('display', isShown ? 'inline' : 'none');
      element.dataset.state = state;
      element.setAttribute('aria-label', node.parent === null ? `prompt ${this.#parts.prompt}` : nodeName(node, vocabulary, moment));
      dress(element, markOf(state, node.token === end, colours));
      const label = element.querySelector('.label');
      const isQuiet = state === 'pruned' || state === 'forbidden' || state === 'laid';
      label?.setAttribute('fill', isQuiet ? colours.muted : colours.foreground);
      label?.setAttribute('font-weight', state === 'returned' || (node.best !== null && moment === null) ? '600' : 'normal');
    }
    this.#edges.draw(tree.nodes, (node) => edgeLook(node, this.#states[node.id]!, moment));
  }

  /** Whether a node can be seen at the moment that is shown. */
  isShown(node: DrawnNode): boolean {
    return this.#states[node.id] !== 'unborn';
  }

  /** Marks the path from the prompt to a node; null: none. */
  pick(node: DrawnNode | null): void {
    let d = '';
    for (let at = node; at?.parent; at = at.parent) d += this.#edges.pathOf(at);
    this.#picked.setAttribute('d', d);
    for (const element of this.group.querySelectorAll('[aria-selected="true"]')) element.setAttribute('aria-selected', 'false');
    if (node) this.elements[node.id]!.setAttribute('aria-selected', 'true');
  }

  #overlayGroup(): SVGGElement {
    const group = svgElement('g', { class: 'overlays' });
    const { tree, colours } = this.#parts;
    for (const overlay of ['exact', 'sample', 'greedy'] as const) {
      const { dash, colour } = overlayLooks[overlay];
      const path = tree.nodes.filter((node) => node.parent && node.overlays.has(overlay)).map((node) => this.#edges.pathOf(node));
      if (path.length === 0) continue;
      const look = { fill: 'none', stroke: colour(colours), 'stroke-width': 2.5, 'stroke-dasharray': dash, 'stroke-linecap': 'round' };
      group.append(svgElement('path', { d: path.join(''), class: `overlay overlay-${overlay}`, ...look }));
    }
    return group;
  }

  /** The names of the searches where their texts end, those of one end in one line. */
  #endNames(): SVGGElement {
    const group = svgElement('g', { class: 'end-names' });
    const { tree, colours } = this.#parts;
    const names = new Map<DrawnNode, Set<Overlay>>();
    for (const { overlay, node } of tree.ends) names.set(node, (names.get(node) ?? new Set()).add(overlay));
    for (const [node, overlays] of names) {
      const place = this.layout.places[node.id]!;
      // beside the node, or below its line where the next column is in the way
      const at = place.isFreeRight ? { x: place.x + 11, y: place.y + 4 } : { x: place.x - 8, y: place.y + 11, 'text-anchor': 'end' };
      const text = svgElement('text', { ...at, 'font-size': 11, class: 'end-name', ...halo(colours) });
      if (node.place !== null) text.append(span(`${node.place + 1} `, colours.live, 700));
      for (const overlay of overlays) text.append(span(`${overlayWords[overlay]} `, overlayLooks[overlay].colour(colours), 600));
      group.append(text);
    }
    return group;
  }

  #nodeElement(node: DrawnNode): SVGGElement {
    const { colours, vocabulary, prompt, tree } = this.#parts;
    const place = this.layout.places[node.id]!;
    const siblings = node.parent?.children ?? [node];
    const element = svgElement('g', {
      class: 'node',
      transform: `translate(${place.x} ${place.y})`,
      role: 'treeitem',
      tabindex: node.parent ? -1 : 0,
      'aria-level': node.depth + 1,
      'aria-setsize': siblings.length,
      'aria-posinset': siblings.indexOf(node) + 1,
      'aria-selected': 'false',
      'data-node': node.id,
    });
    this.elements[node.id] = element;
    element.append(svgElement('circle', { class: 'ring', r: 9, fill: 'none', stroke: colours.focus, 'stroke-width': 0 }));
    element.append(svgElement('path', { class: 'mark' }));
    if (node.parent === null)
      element.append(svgText(prompt, { x: -8, y: 4, 'text-anchor': 'end', fill: colours.foreground, class: 'label' }));
    const isEnd = tree.ends.some((end) => end.node === node);
    if (node.parent !== null) element.append(...labels(node, place, { colours, token: visibleToken(vocabulary[node.token] ?? ''), isEnd }));
    if (node.place !== null && !isEnd)
      element.append(svgText(String(node.place + 1), { x: 11, y: 4, fill: colours.live, 'font-weight': 700, class: 'label-place' }));
    return element;
  }
}

/** Token and probability on the edge; beside or below it, where there is room, what it comes to. */
function labels(node: DrawnNode, place: Place, how: { colours: ThemeColours; token: string; isEnd: boolean }): SVGElement[] {
  const { colours, token, isEnd } = how;
  const size = node.listed?.fate === 'pruned' && node.overlays.size === 0 ? 11 : 12;
  const label = svgElement('text', { x: -8, y: -3.5, 'text-anchor': 'end', class: 'label', 'font-size': size });
  label.append(span(token, null), span(` ${probabilityText(node.logProbability)}`, colours.muted, 400));
  const texts: SVGElement[] = [label];
  const { listed } = node;
  const sum = formatPlain(node.sum, 3);
  const score = listed && listed.score !== node.sum ? ` → ${formatPlain(listed.score, 3)}` : '';
  const look = { 'font-size': 10, fill: colours.muted, class: 'more' };
  const isPlain = node.place === null && node.overlays.size === 0;
  if (place.isFreeRight && isPlain && listed?.missedBy)
    texts.push(svgText(`${formatPlain(listed.missedBy, 2)} short`, { x: 9, y: 3.5, ...look }));
  const isNamedBelow = isEnd && !place.isFreeRight;
  if (place.isFreeBelow && !isNamedBelow) texts.push(svgText(`${sum}${score}`, { x: -8, y: 10.5, 'text-anchor': 'end', ...look }));
  return texts;
}

/** Words that may lie over lines keep a rim of the background. */
const halo = ({ background }: ThemeColours) => ({
  stroke: background,
  'stroke-width': 4,
  'stroke-linejoin': 'round',
  'paint-order': 'stroke',
});

function span(words: string, fill: string | null, weight?: number): SVGTSpanElement {
  const element = svgElement('tspan', { fill: fill ?? undefined, 'font-weight': weight });
  element.textContent = words;
  return element;
}

function dress(element: SVGGElement, { d, fill, stroke, width, dash }: Mark): void {
  const mark = element.querySelector('.mark')!;
  mark.setAttribute('d', d);
  mark.setAttribute('fill', fill);
  mark.setAttribute('stroke', stroke);
  mark.setAttribute('stroke-width', String(width));
  if (dash) mark.setAttribute('stroke-dasharray', dash);
  else mark.removeAttribute('stroke-dasharray');
}
