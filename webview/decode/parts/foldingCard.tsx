import { CardFrame, type CardProps } from '../../parts/cardFrame.tsx';
import { useDecodeLab } from './decodeLab.ts';

/** A part of the page of a search that folds; what is folded is remembered. */
export function FoldingCard(props: CardProps) {
  const { store, talk } = useDecodeLab();
  const folded = store.view?.folded ?? [];
  const isFolded = folded.includes(props.id);
  const fold = (): void => {
    const others = folded.filter((name) => name !== props.id);
    talk.changeView({ folded: isFolded ? others : [...others, props.id] });
  };
  return <CardFrame {...props} isFolded={isFolded} fold={fold} />;
}
