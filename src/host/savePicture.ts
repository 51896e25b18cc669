import * as vscode from 'vscode';
import { fileBytes, type PageFileType } from './fileBytes.ts';

const kinds: Readonly<Record<PageFileType, string>> = { png: 'PNG', svg: 'SVG', csv: 'CSV', json: 'JSON' };

/** What a page has made to be kept: `content` is text, or base64 for a PNG. */
export interface PageFile {
  name: string;
  type: PageFileType;
  content: string;
}

/** Saves what the page drew where people want it. */
export async function savePicture({ name, type, content }: PageFile, runName: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `${runName} ${name}`.replace(/[^\p{L}\p{N} ._-]+/gu, '').trim() || 'picture';
  const defaultUri = folder && vscode.Uri.joinPath(folder, `${file.replace(/\.(png|svg|csv|json)$/i, '')}.${type}`);
  const uri = await vscode.window.showSaveDialog({ defaultUri, filters: { [kinds[type]]: [type] } });
  if (uri) await vscode.workspace.fs.writeFile(uri, fileBytes(type, content));
}
