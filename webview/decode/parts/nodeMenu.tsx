import { useEffect, useRef } from 'preact/hooks';
import { visibleToken } from '../../../src/run/visibleToken.ts';
import type { DrawnNode } from '../draw/drawnTree.ts';
import type { NodeAction } from '../draw/treeView.ts';

/** A node with the place where its menu opens. */
export interface OpenMenu {
  node: DrawnNode;
  x: number;
  y: number;
}

interface NodeMenuProps extends OpenMenu {
  token: string;
  act(action: NodeAction): void;
  close(): void;
}

/** What can be done with a node. */
export function NodeMenu({ x, y, token, act, close }: NodeMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = menu.current!;
    const { offsetWidth, offsetHeight } = element;
    element.style.left = `${Math.max(4, Math.min(x, innerWidth - offsetWidth - 8))}px`;
    element.style.top = `${Math.max(4, Math.min(y + 6, innerHeight - offsetHeight - 8))}px`;
    element.querySelector('button')!.focus();
    const leave = (event: Event): void => {
      if (!element.contains(event.target as Node)) close();
    };
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, [x, y]);
  const press = (event: KeyboardEvent): void => {
    const items = [...menu.current!.querySelectorAll('button')];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items[(at + step + items.length) % items.length]!.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = visibleToken(token);
  const items: [NodeAction, string, string][] = [
    ['force', `Begin with this`, 'Enter'],
    ['forbidHere', `Forbid ${shown} here`, 'f'],
    ['forbidAnywhere', `Forbid ${shown} anywhere`, 'Shift+F'],
  ];
  return (
    <div class="menu" role="menu" ref={menu} aria-label={`What to do with ${shown}`} onKeyDown={press} tabIndex={-1}>
      {items.map(([action, words, key]) => (
        <button type="button" role="menuitem" tabIndex={-1} key={action} onClick={() => act(action)}>
          <span>{words}</span>
          <kbd>{key}</kbd>
        </button>
      ))}
    </div>
  );
}
