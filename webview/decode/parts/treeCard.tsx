import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { visibleToken } from '../../../src/run/visibleToken.ts';
import { type CardTool, EmptyState } from '../../parts/cardFrame.tsx';
import { useThemeColours } from '../../parts/useThemeColours.ts';
import { type DrawnNode, drawnTree, tokensTo } from '../draw/drawnTree.ts';
import type { TreeParts } from '../draw/treeDrawing.ts';
import type { NodeAction } from '../draw/treeView.ts';
import { TreeView } from '../draw/treeView.ts';
import { forbidNode, forceNode } from '../forceNode.ts';
import { saveSearchJson, saveTreePng, saveTreeSvg } from '../saveSearch.ts';
import { type DecodeLab, useDecodeLab } from './decodeLab.ts';
import { FoldingCard } from './foldingCard.tsx';
import { Legend, OverlayChips } from './legend.tsx';
import { Moments } from './moments.tsx';
import { NodeDetail } from './nodeDetail.tsx';
import { NodeMenu, type OpenMenu } from './nodeMenu.tsx';

/** The search as a tree: what it looked at, what it kept, and where else one could have gone. */
export function TreeCard() {
  const lab = useDecodeLab();
  const { store } = lab;
  const view = useRef<TreeView | null>(null);
  const colours = useThemeColours(store);
  const parts = useTreeParts(lab, colours);
  const [isTall, setTall] = useState(false);
  const save = (how: (drawing: NonNullable<TreeView['drawing']>, prompt: string) => unknown): void => {
    const drawing = view.current?.drawing;
    if (drawing && parts) void how(drawing, parts.prompt);
  };
  const isEmpty = !parts || parts.tree.nodes.length < 2;
  const tools: CardTool[] = [
    { icon: 'zoom-out', label: 'Farther (−)', isDisabled: isEmpty, use: () => view.current?.zoom(1 / 1.3) },
    { icon: 'zoom-in', label: 'Nearer (+)', isDisabled: isEmpty, use: () => view.current?.zoom(1.3) },
    { icon: 'screen-full', label: 'Show the whole tree (0)', isDisabled: isEmpty, use: () => view.current?.fit() },
    { icon: isTall ? 'fold' : 'unfold', label: isTall ? 'Smaller drawing' : 'Larger drawing', use: () => setTall(!isTall) },
    {
      icon: 'PNG',
      isWord: true,
      label: 'Save as PNG',
      isDisabled: isEmpty,
      use: () => save((drawing, prompt) => saveTreePng(store, drawing, prompt)),
    },
    {
      icon: 'SVG',
      isWord: true,
      label: 'Save as SVG',
      isDisabled: isEmpty,
      use: () => save((drawing, prompt) => saveTreeSvg(store, drawing, prompt)),
    },
    { icon: 'JSON', isWord: true, label: 'Save the whole search as JSON', isDisabled: !store.answer, use: () => saveSearchJson(store) },
  ];
  const aside = (
    <div class="tree-aside">
      <Legend colours={colours} tree={parts?.tree ?? null} />
      <OverlayChips colours={colours} />
    </div>
  );
  return (
    <FoldingCard id="tree" title="Tree" tools={tools} aside={aside}>
      <TreeBody {...{ lab, parts: isEmpty ? null : parts, isTall, view }} />
    </FoldingCard>
  );
}

/** What the tree is drawn from; made anew only when the answers or the theme change. */
function useTreeParts({ store }: DecodeLab, colours: TreeParts['colours']): TreeParts | null {
  const { answer, answered } = store;
  const overlays = store.overlays;
  const laid = [...overlays.values()];
  return useMemo(() => {
    if (!answer || !answered) return null;
    const { vocabulary, end } = answer;
    const prompt = answered.prompt === '' ? '∅' : visibleToken(answered.prompt.slice(-40), 40).replaceAll('␣', ' ');
    return { tree: drawnTree(answer, overlays), vocabulary, end, prompt, colours };
  }, [answer, colours, laid.length, ...[0, 1, 2].map((i) => laid[i])]);
}

interface BodyProps {
  lab: DecodeLab;
  parts: TreeParts | null;
  isTall: boolean;
  view: { current: TreeView | null };
}

function TreeBody({ lab, parts, isTall, view }: BodyProps) {
  const { store } = lab;
  const [pointed, setPointed] = useState<DrawnNode | null>(null);
  const [focused, setFocused] = useState<DrawnNode | null>(null);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const act = (node: DrawnNode, action: NodeAction, at?: { x: number; y: number }): void => {
    setMenu(action === 'menu' && at ? { node, ...at } : null);
    if (action !== 'menu') obey(lab, node, action);
  };
  const box = useTreeView(view, { point: setPointed, focus: setFocused, act });
  useEffect(() => {
    setPointed(null);
    setFocused(null);
    setMenu(null);
    if (parts) view.current?.show(parts, store.focused);
  }, [parts]);
  useEffect(() => {
    if (focused) store.focused = tokensTo(focused);
  }, [focused]);
  useEffect(() => {
    view.current?.drawing?.showMoment(store.moment);
  }, [store.moment, parts]);
  useEffect(() => {
    const end = parts?.tree.nodes.find(({ place }) => place === store.picked && place !== null) ?? null;
    view.current?.drawing?.pick(end);
  }, [store.picked, parts]);
  useEffect(() => view.current?.resize(), [isTall]);
  const closeMenu = (): void => {
    setMenu(null);
    if (menu) view.current?.focus(menu.node);
  };
  return (
    <>
      <div class={`tree-box${isTall ? ' tall' : ''}${pointed ? ' pointed' : ''}`}>
        <div
          class="tree"
          ref={box}
          data-detail="near"
          {...(parts ? { role: 'tree', 'aria-label': 'The search: tokens from left to right' } : {})}
        />
        {!parts && <TreeEmpty />}
      </div>
      <NodeDetail node={pointed ?? focused} act={act} />
      <Moments />
      {menu && (
        <NodeMenu
          {...menu}
          token={store.answer?.vocabulary[menu.node.token] ?? ''}
          act={(action) => act(menu.node, action)}
          close={closeMenu}
        />
      )}
    </>
  );
}

/** The view that lives as long as the box. */
function useTreeView(view: { current: TreeView | null }, listener: ConstructorParameters<typeof TreeView>[1]) {
  const box = useRef<HTMLDivElement>(null);
  const now = useRef(listener);
  now.current = listener;
  useEffect(() => {
    const made = new TreeView(box.current!, {
      point: (node) => now.current.point(node),
      focus: (node) => now.current.focus(node),
      act: (node, action, at) => now.current.act(node, action, at),
    });
    view.current = made;
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current!);
    return () => {
      watch.disconnect();
      made.dispose();
      view.current = null;
    };
  }, [view]);
  return box;
}

/** Forces or forbids what a node stands for, and searches again. */
function obey({ store, talk }: DecodeLab, node: DrawnNode, action: NodeAction): void {
  if (!store.view) return;
  const { constraints } = store.view;
  if (action === 'force') talk.change({ constraints: forceNode(constraints, node) });
  else if (node.parent) talk.change({ constraints: forbidNode(constraints, node, action === 'forbidAnywhere') });
}

function TreeEmpty() {
  const { store } = useDecodeLab();
  if (!store.answer)
    return (
      <EmptyState>
        <p>The tree of the search appears here: each column a token, each edge a token with its probability.</p>
        <p class="muted">{store.error ? 'The search could not be made; the line above says why.' : 'Press Search.'}</p>
      </EmptyState>
    );
  return (
    <EmptyState>
      <p>{store.answer.maxNewTokens === 0 ? 'No token may be generated: raise “new tokens”.' : 'The search looked at no token at all.'}</p>
    </EmptyState>
  );
}
