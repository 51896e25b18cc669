import { CardFrame, type CardProps } from './cardFrame.tsx';
import { useLab } from './lab.ts';

export { type CardTool, EmptyState } from './cardFrame.tsx';

/** A part of the page of a run that folds; what is folded is remembered. */
export function Card(props: CardProps) {
  const { store, talk } = useLab();
  const isFolded = store.view.folded.includes(props.id);
  const fold = (): void => {
    const others = store.view.folded.filter((name) => name !== props.id);
    talk.changeView({ folded: isFolded ? others : [...others, props.id] });
  };
  return <CardFrame {...props} isFolded={isFolded} fold={fold} />;
}
