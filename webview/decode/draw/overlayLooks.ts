import type { Overlay } from '../../../src/protocol/decodePage.ts';
import type { ThemeColours } from '../../draw/themeColours.ts';

/** Searches laid over the tree: dashes and a name tell them apart where colour does not. */
export const overlayLooks: Record<Overlay, { dash: string; colour(colours: ThemeColours): string }> = {
  greedy: { dash: '1 5', colour: ({ warning }) => warning },
  sample: { dash: '9 4 1 4', colour: ({ drawn }) => drawn },
  exact: { dash: '12 4', colour: ({ rule }) => rule },
};
