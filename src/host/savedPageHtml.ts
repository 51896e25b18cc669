import { createHash } from 'node:crypto';
import type { PageTheme } from '../protocol/pageTheme.ts';
import { escapeHtml } from './escapeHtml.ts';

/** What a page becomes a file of. */
export interface SavedPageParts {
  title: string;
  language: string;
  theme: PageTheme;
  /** The page's styles; their font is put into them. */
  style: string;
  /** The icons' font, TrueType. */
  font: Uint8Array;
  /** Plays the host, then the page itself. */
  scripts: readonly string[];
  /** What `packSavedPage` made. */
  saved: string;
}

/**
 * One file that opens in any browser, without the editor and without a network: its policy lets nothing in but what is in it.
 * What people wrote stands in it as data only.
 */
export function savedPageHtml({ title, language, theme, style, font, scripts, saved }: SavedPageParts): string {
  const styles = [themeStyle(theme), withFont(style, font)].map(inElement);
  const codes = scripts.map(inElement);
  const policy = [
    `default-src 'none'`,
    `script-src ${codes.map(hashOf).join(' ')}`,
    `style-src ${styles.map(hashOf).join(' ')}`,
    'img-src data: blob:',
    'font-src data:',
    'worker-src blob:',
  ].join('; ');
  const classes = escapeHtml(theme.classes.join(' '));
  return [
    '<!DOCTYPE html>',
    `<html lang="${escapeHtml(language)}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    ...styles.map((text) => `<style>${text}</style>`),
    '</head>',
    `<body class="${classes}">`,
    '<div id="root"></div>',
    `<script type="application/json" id="saved">${saved.replaceAll('<', '\\u003c')}</script>`,
    ...codes.map((code) => `<script>${code}</script>`),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** VS Code's own styles of a webview, and the colours that its theme had. */
function themeStyle({ variables }: PageTheme): string {
  const declarations = Object.entries(variables).map(([name, value]) => `--${name}: ${value};`);
  const body =
    'body { margin: 0; padding: 0 20px; color: var(--vscode-editor-foreground); background: var(--vscode-editor-background); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }';
  return [`:root { ${declarations.join(' ')} }`, body].join('\n');
}

function withFont(style: string, font: Uint8Array): string {
  const address = `url("data:font/ttf;base64,${Buffer.from(font).toString('base64')}")`;
  return style.replaceAll(/url\("?[^")]*\.ttf[^")]*"?\)/g, () => address).replace(/\/\*# sourceMappingURL=.*?\*\//g, '');
}

/** Text that cannot end the element it stands in: the added backslash means nothing in a string of a script. */
const inElement = (text: string): string =>
  text.replaceAll(/<(?=\/(?:script|style))/gi, '<\\').replace(/^\/\/# sourceMappingURL=.*$/gm, '');

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
