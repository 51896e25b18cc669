/** Colours of the editor's theme as canvases need them; read anew at each change of theme. */
export interface ThemeColours {
  foreground: string;
  muted: string;
  background: string;
  grid: string;
  border: string;
  live: string;
  warning: string;
  rule: string;
  /** Beside the others: what was drawn at random. */
  drawn: string;
  negative: string;
  positive: string;
  focus: string;
  font: string;
  isDark: boolean;
  isHighContrast: boolean;
}

/** Reads the theme's variables from the document. */
export function readThemeColours(): ThemeColours {
  const style = getComputedStyle(document.documentElement);
  const read = (...names: string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== '') return value;
    }
    return '';
  };
  const kinds = document.body.classList;
  const isHighContrast = kinds.contains('vscode-high-contrast') || kinds.contains('vscode-high-contrast-light');
  const foreground = read('editor-foreground', 'foreground') || 'CanvasText';
  const border = read('panel-border', 'editorGroup-border') || foreground;
  return {
    foreground,
    muted: read('descriptionForeground') || foreground,
    background: read('editor-background') || 'Canvas',
    grid: isHighContrast ? withAlpha(foreground, 0.3) : withAlpha(foreground, 0.12),
    border: isHighContrast ? read('contrastBorder') || border : border,
    live: read('charts-blue') || foreground,
    warning: read('list-warningForeground', 'charts-yellow') || foreground,
    rule: read('charts-green') || foreground,
    drawn: read('charts-purple') || foreground,
    negative: read('charts-blue') || foreground,
    positive: read('charts-red') || foreground,
    focus: read('focusBorder') || foreground,
    font: read('font-family') || 'sans-serif',
    isDark: isHighContrast ? !kinds.contains('vscode-high-contrast-light') : kinds.contains('vscode-dark'),
    isHighContrast,
  };
}

/** Calls `changed` when the editor changes its theme: its class on the body, or its variables on the document. */
export function watchTheme(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

let probe: CanvasRenderingContext2D | null = null;

/** Red, green, blue (0 to 255) and alpha (0 to 1) of any CSS colour. */
export function parseColour(colour: string): [number, number, number, number] {
  probe ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!probe) return [128, 128, 128, 1];
  probe.canvas.width = 1;
  probe.canvas.height = 1;
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = probe.getImageData(0, 0, 1, 1).data;
  return [red!, green!, blue!, alpha! / 255];
}

/** The colour, seen through. */
export function withAlpha(colour: string, alpha: number): string {
  const [red, green, blue, own] = parseColour(colour);
  return `rgba(${red}, ${green}, ${blue}, ${alpha * own})`;
}

/** Whether people asked for less movement, in the system or in the editor. */
export function wantsStillness(): boolean {
  return document.body.classList.contains('vscode-reduce-motion') || matchMedia('(prefers-reduced-motion: reduce)').matches;
}
