import { didYouMean } from '../experiment/didYouMean.ts';
import { UserError } from '../experiment/problem.ts';
import type { Dataset } from './dataset.ts';
import { GrowingArray } from './growingArray.ts';

/** What the experiment says about a table. */
export interface TableSettings {
  /** Name of the file for messages. */
  name: string;
  label?: string;
  header?: boolean;
}

/** Words that people and programs write for values that are no finite numbers. */
const notFinite = /^[+-]?(nan|inf|infinity|na|n\/a|null|none)$/i;
const integerPrefix = /^[+-]?0[xbo]/i;
const largestSingle = 3.4028234663852886e38;

/** Takes the rows of a table one by one and keeps only their numbers; every cell is checked as it comes. */
export class TableRows {
  #columns: string[] | null = null;
  #labelColumn = -1;
  #values = new GrowingArray(Float32Array);
  #labels = new GrowingArray(Int32Array);
  /** Label text -> number in order of appearance. */
  #classes = new Map<string, number>();
  #rows = 0;
  #lastLine = 0;

  constructor(private readonly settings: TableSettings) {}

  /** Number of the line on which the last whole row ended, 0 before the first. */
  get lastLine(): number {
    return this.#lastLine;
  }

  /**
   * Takes the cells of one row.
   * @param line number of the line in the file, from 1
   * @throws UserError naming file, line and column
   */
  add(cells: readonly string[], line: number): void {
    this.#lastLine = line;
    if (this.#columns === null) {
      const hasHeader = this.settings.header ?? cells.some((cell) => isWord(cell));
      this.#name(hasHeader ? cells : cells.map(() => ''), line);
      if (hasHeader) return;
    }
    const columns = this.#columns!;
    if (cells.length !== columns.length)
      throw this.#fault(line, `has ${count(cells.length, 'cell')}, expected ${columns.length} as in the first row`);
    for (let j = 0; j < cells.length; j++) {
      const cell = cells[j]!;
      if (j === this.#labelColumn) this.#addLabel(cell.trim());
      else this.#values.push(this.#number(cell, line, j));
    }
    this.#rows++;
  }

  /**
   * The whole table once its last row has come.
   * @param hash SHA-256 of the file
   * @throws UserError when there was no row
   */
  finish(hash: string): Dataset {
    const { name } = this.settings;
    if (this.#columns === null) throw new UserError(`${name} is empty; it needs rows of numbers`, 'data.source');
    if (this.#rows === 0)
      throw new UserError(
        `${name} has a header and no rows below it; add rows (or set data.header to false if line 1 is data)`,
        'data.source',
      );
    const allColumns = this.#columns;
    const columns = allColumns.filter((_, j) => j !== this.#labelColumn);
    const { labels, labelNames } = this.#labelColumn < 0 ? { labels: null, labelNames: [] } : this.#sortedLabels();
    return {
      rows: this.#rows,
      inputs: columns.length,
      columns,
      allColumns,
      values: this.#values.join(),
      labels,
      labelNames,
      imageShape: null,
      format: 'table',
      maximum: 1,
      hash,
    };
  }

  #name(cells: readonly string[], line: number): void {
    const columns = cells.map((cell, j) => cell.trim() || `column ${j + 1}`);
    const { label, name } = this.settings;
    this.#columns = columns;
    if (label === undefined) return;
    this.#labelColumn = columns.indexOf(label);
    if (this.#labelColumn < 0) {
      const meant = didYouMean(label, columns);
      throw new UserError(
        `data.label "${label}" is not a column of ${name}${meant === null ? '' : ` (did you mean "${meant}"?)`}; its columns are ${list(columns)}`,
        'data.label',
      );
    }
    if (columns.lastIndexOf(label) !== this.#labelColumn)
      throw new UserError(`${name}, line ${line}: two columns are called "${label}", so data.label is ambiguous; rename one`, 'data.label');
    if (columns.length === 1)
      throw new UserError(
        `${name} has no input columns: its only column "${label}" holds the labels; add columns of numbers`,
        'data.source',
      );
  }

  #number(cell: string, line: number, column: number): number {
    const value = Number(cell);
    // Math.abs(NaN) <= x is false too; an empty cell would read 0
    if (Math.abs(value) <= largestSingle && (value !== 0 || cell.trim() !== '') && !isHexadecimal(cell)) return value;
    const words = cell.trim();
    if (words === '') throw this.#fault(line, 'is empty; fill the cell or leave the row out', column);
    if (notFinite.test(words))
      throw this.#fault(line, `is ${shown(words)}, not a finite number; fill the cell or leave the row out`, column);
    if (Math.abs(value) > largestSingle)
      throw this.#fault(line, `is ${shown(words)}, too large for single precision (3.4e38); rescale the column`, column);
    throw this.#fault(line, `is ${shown(words)}, not a number; ${this.#hint(words, column)}`, column);
  }

  #hint(words: string, column: number): string {
    if (this.#columns!.length === 1 && /[;\t]/.test(words)) return 'separate cells by commas, or by tabs in a .tsv file';
    if (/^[+-]?\d+,\d+$/.test(words)) return 'write decimals with a point';
    if (this.#labelColumn < 0) return `if this column holds the labels, set data.label to "${this.#columns![column]}"`;
    return 'inputs must be numbers: leave the column out or encode it';
  }

  #addLabel(label: string): void {
    if (label === '') {
      this.#labels.push(-1);
      return;
    }
    let number = this.#classes.get(label);
    if (number === undefined) {
      number = this.#classes.size;
      this.#classes.set(label, number);
    }
    this.#labels.push(number);
  }

  /** Renumbers the labels in natural order: numbers by value, then text with its digits read as numbers. */
  #sortedLabels(): { labels: Int32Array; labelNames: string[] } {
    const collator = new Intl.Collator('en', { numeric: true });
    const byNature = (a: string, b: string): number => {
      const difference = Number(a) - Number(b);
      if (!Number.isNaN(difference)) return difference || (a < b ? -1 : 1);
      return Number(Number.isNaN(Number(a))) - Number(Number.isNaN(Number(b))) || collator.compare(a, b) || (a < b ? -1 : 1);
    };
    const labelNames = [...this.#classes.keys()].sort(byNature);
    const place = new Int32Array(labelNames.length);
    labelNames.forEach((label, i) => {
      place[this.#classes.get(label)!] = i;
    });
    const labels = this.#labels.join();
    for (let i = 0; i < labels.length; i++) if (labels[i]! >= 0) labels[i] = place[labels[i]!]!;
    return { labels, labelNames };
  }

  #fault(line: number, what: string, column?: number): UserError {
    const where = column === undefined ? '' : `, column "${this.#columns![column]}"`;
    return new UserError(`${this.settings.name}, line ${line}${where} ${what}`, 'data.source');
  }
}

/** Whether a cell of the first row is a name and not a value. */
function isWord(cell: string): boolean {
  const words = cell.trim();
  return words !== '' && !notFinite.test(words) && (Number.isNaN(Number(words)) || integerPrefix.test(words));
}

/** Number() reads 0x10 (and 0b1, 0o7), which nobody means in a table. */
function isHexadecimal(cell: string): boolean {
  return cell.length > 2 && integerPrefix.test(cell.trim());
}

function shown(words: string): string {
  return JSON.stringify(words.length > 40 ? `${words.slice(0, 40)}...` : words);
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function list(columns: readonly string[]): string {
  const named = columns.slice(0, 12).map((column) => `"${column}"`);
  return named.join(', ') + (columns.length > 12 ? ` and ${columns.length - 12} more` : '');
}
