import * as vscode from 'vscode';
import { describeEngine } from '../run/describeEngine.ts';
import { formatFigure } from '../run/format.ts';
import type { RunListing } from '../store/listRuns.ts';
import { describeListing, runLabel } from './runRow.ts';

/** Settings and metrics of a run. Names and notes are people's text: they are appended as text, never as Markdown. */
export function runTooltip(listing: RunListing): vscode.MarkdownString {
  const { summary, exit } = listing;
  const text = new vscode.MarkdownString();
  text.appendMarkdown('**').appendText(runLabel(listing)).appendMarkdown('**\n\n');
  text.appendText(describeListing(listing, Date.now())).appendMarkdown('\n\n');
  if (summary) {
    text.appendText(summary.settings).appendMarkdown('  \n');
    text.appendText(`${describeEngine(summary)} · seed ${summary.seed}`).appendMarkdown('\n\n');
    if (summary.enginePassedOver) text.appendText(summary.enginePassedOver).appendMarkdown('\n\n');
    for (const claim of summary.claims) text.appendText(`${claim.verdict}: ${claim.text}`).appendMarkdown('  \n');
    if (summary.reason) text.appendText(summary.reason).appendMarkdown('\n\n');
    for (const [name, value] of Object.entries(summary.metrics))
      text
        .appendMarkdown('- ')
        .appendText(`${name} ${formatFigure(value)}`)
        .appendMarkdown('\n');
  }
  const last = exit?.lastLines.at(-1);
  if (listing.status !== 'finished' && last) text.appendMarkdown('\n\n').appendText(last);
  text.appendMarkdown('\n\n').appendText(listing.id);
  return text;
}
