import * as vscode from 'vscode';

const kinds = { png: 'PNG', svg: 'SVG', csv: 'CSV', json: 'JSON' } as const;

/** What a page has made to be kept: `content` is text, or a data URL. */
export interface PageFile {
  name: string;
  type: keyof typeof kinds;
  content: string;
}

/** Saves what the page drew where people want it: a data URL as its bytes, anything else as text. */
export async function savePicture({ name, type, content }: PageFile, runName: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `${runName} ${name}`.replace(/[^\p{L}\p{N} ._-]+/gu, '').trim() || 'picture';
  const defaultUri = folder && vscode.Uri.joinPath(folder, `${file.replace(/\.(png|svg|csv|json)$/i, '')}.${type}`);
  const uri = await vscode.window.showSaveDialog({ defaultUri, filters: { [kinds[type]]: [type] } });
  if (uri) await vscode.workspace.fs.writeFile(uri, bytesOf(content));
}

function bytesOf(content: string): Uint8Array {
  const base64 = /^data:[\w/+.-]+;base64,/.exec(content);
  return base64 ? Buffer.from(content.slice(base64[0].length), 'base64') : Buffer.from(content, 'utf8');
}
