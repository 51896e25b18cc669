import { escapeHtml } from './escapeHtml.ts';

/** What the page's HTML is made of: addresses that the webview may load, and a nonce that is new for each load. */
export interface DashboardParts {
  cspSource: string;
  script: string;
  style: string;
  nonce: string;
  language: string;
}

/** The page of a run. Everything it shows comes by message: no text of the user's is ever part of this string. */
export function dashboardHtml({ cspSource, script, style, nonce, language }: DashboardParts): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `img-src ${cspSource} data: blob:`,
    `font-src ${cspSource}`,
    'worker-src blob:',
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Latent Lab</title>
<link rel="stylesheet" nonce="${nonce}" href="${escapeHtml(style)}">
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}
