import { useEffect, useRef } from 'preact/hooks';
import { drawStrip, valueRange } from '../draw/samplePictures.ts';
import { picturedRows, rowOf } from '../state/pictured.ts';
import { useLab } from './lab.ts';
import { useThemeColours } from './useThemeColours.ts';

/** The input of one row, small. */
export function Picture({ row }: { row: number }) {
  const { store } = useLab();
  const colours = useThemeColours(store);
  const canvas = useRef<HTMLCanvasElement>(null);
  const shape = store.sample?.imageShape;
  const pictured = picturedRows(store);
  useEffect(() => {
    if (!canvas.current || !shape || !pictured) return;
    const picture = rowOf(pictured.inputs, row, pictured.width);
    drawStrip(canvas.current, { pictures: [picture], error: null, shape, range: valueRange(pictured.inputs) }, colours);
  });
  if (!shape || !pictured) return null;
  return <canvas ref={canvas} class="pixels" style={{ height: '48px' }} role="img" aria-label={`input of row ${row}`} />;
}
