import { useMemo } from 'preact/hooks';
import { readThemeColours, type ThemeColours } from '../draw/themeColours.ts';
import type { RunStore } from '../state/runStore.ts';

/** The theme's colours, read again when the theme changes. */
export function useThemeColours(store: RunStore): ThemeColours {
  return useMemo(readThemeColours, [store.theme]);
}
