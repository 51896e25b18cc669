import { lineStyle } from '../draw/lossPicture.ts';
import { metricFacts } from '../draw/metricFacts.ts';
import { useLab } from './lab.ts';
import { useThemeColours } from './useThemeColours.ts';

/** One button a curve, which shows or hides it. */
export function CurveChips({ names }: { names: string[] }) {
  const { store, talk } = useLab();
  const colours = useThemeColours(store);
  const hidden = new Set(store.view.hiddenCurves);
  const toggle = (name: string): void => {
    if (!hidden.delete(name)) hidden.add(name);
    talk.changeView({ hiddenCurves: [...hidden] });
  };
  return (
    <fieldset class="chips" aria-label="Curves">
      {names.toReversed().map((name) => {
        const { colour, width, dash } = lineStyle(name, colours);
        const { label, definition } = metricFacts(name);
        return (
          <button type="button" class="chip" key={name} aria-pressed={!hidden.has(name)} title={definition} onClick={() => toggle(name)}>
            <svg width="14" height="8" aria-hidden="true">
              <line x1="0" x2="14" y1="4" y2="4" stroke={colour} stroke-width={width} stroke-dasharray={dash.slice(0, 2).join(' ')} />
            </svg>
            {label}
          </button>
        );
      })}
    </fieldset>
  );
}
