import * as vscode from 'vscode';
import type { RunListing } from '../store/listRuns.ts';
import { runRow } from './runRow.ts';

/** What a quick pick of runs shows of one. */
export function runPick(listing: RunListing): vscode.QuickPickItem & { id: string } {
  const { label, description, icon } = runRow(listing, Date.now());
  return { id: listing.id, label, description, iconPath: new vscode.ThemeIcon(icon.id) };
}
