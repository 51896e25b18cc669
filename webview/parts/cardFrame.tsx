import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';

/** A button of a card's toolbar. */
export interface CardTool {
  /** A codicon, or a short word. */
  icon: string;
  isWord?: boolean;
  label: string;
  isPressed?: boolean;
  isDisabled?: boolean;
  use(): void;
}

/** What a card is made of. */
export interface CardProps {
  id: string;
  title: string;
  /** What stands beside the title: which moment, how many. */
  aside?: ComponentChildren;
  tools: CardTool[];
  /** What the keys + - 0 do: the visible side becomes `factor` times as long; null shows all. */
  zoom?(factor: number | null): void;
  children: ComponentChildren;
}

/** How a card is folded. */
export interface Folding {
  isFolded: boolean;
  fold(): void;
}

const zoomKeys: Record<string, number | null> = { '+': 0.7, '=': 0.7, '-': 1 / 0.7, '0': null };

/** A part of a page that folds. */
export function CardFrame({ id, title, aside, tools, zoom, children, isFolded, fold }: CardProps & Folding) {
  const press = (event: KeyboardEvent): void => {
    if (!zoom || !(event.key in zoomKeys) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    zoom(zoomKeys[event.key]!);
  };
  return (
    <section
      onKeyDown={press}
      class={`card card-${id}${isFolded ? ' folded' : ''}`}
      id={`card-${id}`}
      aria-labelledby={`title-${id}`}
      tabIndex={-1}
    >
      <div class="card-head">
        <h2 id={`title-${id}`}>
          <button type="button" class="fold" aria-expanded={!isFolded} onClick={fold}>
            <Icon name={isFolded ? 'chevron-right' : 'chevron-down'} />
            {title}
          </button>
        </h2>
        <div class="aside">{aside}</div>
        {!isFolded && (
          <div class="tools" role="toolbar" aria-label={`${title}: tools`}>
            {tools.map((tool) => (
              <button
                type="button"
                class="tool"
                key={tool.icon}
                title={tool.label}
                aria-label={tool.label}
                aria-pressed={tool.isPressed}
                disabled={tool.isDisabled}
                onClick={tool.use}
              >
                {tool.isWord ? <span class="tool-word">{tool.icon}</span> : <Icon name={tool.icon} />}
              </button>
            ))}
          </div>
        )}
      </div>
      {!isFolded && <div class="card-body">{children}</div>}
    </section>
  );
}

/** What stands where nothing is yet: what will appear, and what makes it appear. */
export function EmptyState({ children }: { children: ComponentChildren }) {
  return <div class="empty">{children}</div>;
}
