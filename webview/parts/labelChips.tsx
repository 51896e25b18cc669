import { cutText } from '../draw/formatNumber.ts';
import type { LatentClass } from '../draw/latentPicture.ts';
import { classColour, classShape, shapes } from '../draw/palette.ts';
import { shapeOutline } from '../draw/shapeOutline.ts';
import type { ThemeColours } from '../draw/themeColours.ts';
import { useLab } from './lab.ts';

const mostChips = 40;

/** The legend: one button a class, which shows or hides its points. A double click shows this class alone, or all again. */
export function LabelChips({ classes, colours }: { classes: LatentClass[]; colours: ThemeColours }) {
  const { store, talk } = useLab();
  const hidden = new Set(store.view.hiddenLabels);
  if (classes.length === 0 && store.sample?.tokens) return null;
  if (classes.length === 0)
    return (
      <p class="muted no-labels">
        These data have no labels. Name a column in “label” of the experiment file to colour the points; training does not use it.
      </p>
    );
  const toggle = (name: string): void => {
    if (!hidden.delete(name)) hidden.add(name);
    talk.changeView({ hiddenLabels: [...hidden] });
  };
  const showAlone = (name: string): void => {
    const others = classes.filter((one) => one.name !== name).map((one) => one.name);
    const isAlone = others.every((other) => hidden.has(other)) && !hidden.has(name);
    talk.changeView({ hiddenLabels: isAlone ? [] : others });
  };
  return (
    <fieldset class="chips label-chips" aria-label="Labels">
      {classes.slice(0, mostChips).map(({ name, index, count }) => (
        <button
          type="button"
          class="chip"
          key={index}
          aria-pressed={!hidden.has(name)}
          title={`${cutText(name, 200)}: ${count} points. Click hides or shows, double click shows it alone.`}
          onClick={() => toggle(name)}
          onDblClick={() => showAlone(name)}
        >
          <svg width="12" height="12" viewBox="-1.1 -1.1 2.2 2.2" aria-hidden="true">
            <path
              d={shapeOutline(index < 0 ? 'circle' : shapes[classShape(index)]!)}
              fill={index < 0 ? colours.muted : classColour(index, colours.isDark)}
              fill-rule="evenodd"
            />
          </svg>
          <span class="cut">{cutText(name, 60)}</span>
        </button>
      ))}
      {classes.length > mostChips && <span class="muted">and {classes.length - mostChips} more</span>}
    </fieldset>
  );
}
