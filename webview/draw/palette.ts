/** Ten colours of classes, in the order of the classes, for light and for dark themes; their distances under colour blindness are tested. */
const light = ['#3f90da', '#e07b00', '#bd1f01', '#6b7f7c', '#832db6', '#a96b59', '#e76300', '#8f7f2a', '#41454f', '#2aa5b0'];
const dark = ['#3f90da', '#ffa90e', '#d6452b', '#94a4a2', '#a55fd0', '#a96b59', '#e76300', '#b9ac70', '#818591', '#92dadd'];

/** The second channel: a shape for each class. */
export const shapes = ['circle', 'square', 'triangle', 'diamond', 'cross', 'down', 'plus', 'ring', 'hexagon', 'bar'] as const;
/** How a point is drawn. */
export type Shape = (typeof shapes)[number];

/** Colour of class `index`; after ten the colours come again with other shapes. */
export function classColour(index: number, isDark: boolean): string {
  return (isDark ? dark : light)[index % 10]!;
}

/** Number of the shape of class `index`. */
export function classShape(index: number): number {
  return (index + Math.floor(index / 10)) % shapes.length;
}
