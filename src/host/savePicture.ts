import * as vscode from 'vscode';
import type { FromPage } from '../protocol/page.ts';

const kinds = { png: 'PNG', svg: 'SVG', csv: 'CSV' } as const;

/** Saves what the page drew where people want it: a data URL as its bytes, anything else as text. */
export async function savePicture({ name, type, content }: Extract<FromPage, { kind: 'save' }>, runName: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `${runName} ${name}`.replace(/[^\p{L}\p{N} ._-]+/gu, '').trim() || 'picture';
  const defaultUri = folder && vscode.Uri.joinPath(folder, `${file.replace(/\.(png|svg|csv)$/i, '')}.${type}`);
  const uri = await vscode.window.showSaveDialog({ defaultUri, filters: { [kinds[type]]: [type] } });
  if (uri) await vscode.workspace.fs.writeFile(uri, bytesOf(content));
}

function bytesOf(content: string): Uint8Array {
  const base64 = /^data:[\w/+.-]+;base64,/.exec(content);
  return base64 ? Buffer.from(content.slice(base64[0].length), 'base64') : Buffer.from(content, 'utf8');
}
