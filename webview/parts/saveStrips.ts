import type { ThemeColours } from '../draw/themeColours.ts';
import type { RunStore } from '../state/runStore.ts';
import { savePng } from './saveCard.ts';

const across = 4;
const gap = 12;

/** Saves all strips of the card as one picture, four abreast, enlarged as on the screen. */
export function saveStrips(store: RunStore, list: HTMLElement | null, colours: ThemeColours): void {
  const strips = [...(list?.querySelectorAll('canvas') ?? [])];
  const first = strips[0];
  if (!first) return;
  const scale = Math.max(1, Math.round(44 / first.height));
  const [width, height] = [first.width * scale + gap, first.height * scale + gap];
  const whole = document.createElement('canvas');
  whole.width = Math.min(across, strips.length) * width + gap;
  whole.height = Math.ceil(strips.length / across) * height + gap;
  const context = whole.getContext('2d')!;
  context.imageSmoothingEnabled = false;
  context.fillStyle = colours.background;
  context.fillRect(0, 0, whole.width, whole.height);
  for (const [i, strip] of strips.entries())
    context.drawImage(strip, gap + (i % across) * width, gap + Math.floor(i / across) * height, strip.width * scale, strip.height * scale);
  savePng(store, 'reconstructions', whole);
}
