import { useMemo } from 'preact/hooks';
import { readThemeColours, type ThemeColours } from '../draw/themeColours.ts';
import type { ChangingStore } from '../state/changingStore.ts';

/** The theme's colours, read again when the theme changes. */
export function useThemeColours(store: ChangingStore): ThemeColours {
  return useMemo(readThemeColours, [store.theme]);
}
