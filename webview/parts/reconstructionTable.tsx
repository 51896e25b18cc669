import { cutText, formatNumber } from '../draw/formatNumber.ts';
import { className } from '../draw/latentPicture.ts';
import { type Pictured, rowOf } from '../state/pictured.ts';
import { DataTable } from './dataTable.tsx';
import { useLab } from './lab.ts';

interface TableProps {
  pictured: Pictured;
  order: number[];
  errors: Float64Array | null;
}

/** The stored rows as numbers: what each reconstruction is off by. */
export function ReconstructionTable({ pictured, order, errors }: TableProps) {
  const { store } = useLab();
  const rows = order.map((row) => {
    const input = rowOf(pictured.inputs, row, pictured.width);
    const output = pictured.outputs && rowOf(pictured.outputs, row, pictured.width);
    const label = store.sample?.labels[row];
    const worst = output
      ? output.reduce((at, value, i) => (Math.abs(value - input[i]!) > Math.abs(output[at]! - input[at]!) ? i : at), 0)
      : null;
    return [
      row,
      label === undefined ? '' : cutText(className(store.sample!, label), 60),
      errors ? formatNumber(errors[row]!) : '–',
      worst === null ? '–' : cutText(store.sample?.columns[worst] ?? String(worst), 40),
      worst === null ? '–' : formatNumber(input[worst]!),
      worst === null ? '–' : formatNumber(output![worst]!),
    ];
  });
  return (
    <DataTable
      caption="Stored rows, in the units of the file; the CSV has every value"
      columns={['row', 'label', 'root mean square error', 'worst column', 'its input', 'its output']}
      rows={rows}
    />
  );
}
