/**
 * Ten colours of classes for light and for dark themes, the same hues in the same order. Found by annealing: the smallest
 * distance of two colours (OKLab, times 100) is at least 10 for normal sight and for the three colour blindnesses; a test holds it.
 */
const light = ['#0262a3', '#db3f03', '#099a75', '#9355e5', '#c59b06', '#ff63bc', '#1ea8fd', '#990054', '#004c00', '#51008f'];
const dark = ['#159dff', '#e6400a', '#02e88c', '#7753e5', '#eaf00e', '#e558c0', '#b1f1fd', '#91657d', '#a6a866', '#e7adff'];

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
