/** Rows of cells as CSV; text is quoted where it must be. */
export function csvText(rows: Iterable<readonly (string | number)[]>): string {
  const lines: string[] = [];
  for (const cells of rows) lines.push(cells.map(csvCell).join(','));
  return `${lines.join('\n')}\n`;
}

const csvCell = (cell: string | number): string => {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
