/** Some templates under a heading. */
export interface TemplateGroup {
  title: string;
  /** Names without their ending, in the order in which they are offered. */
  names: string[];
}

/** What to start from, then one template for each claim of the lecture, in its order. */
const groups: readonly Readonly<TemplateGroup>[] = [
  { title: 'To start from', names: ['digits', 'convolutional', 'masked', 'sparse', 'fewLabels', 'table'] },
  { title: 'Claims about linear autoencoders', names: ['linear', 'modes', 'denoising', 'copying', 'earlyStopping'] },
  { title: 'Claims about masks', names: ['maskPenalty', 'rescale', 'flags', 'leastSquares', 'unrolled', 'clamping'] },
  { title: 'Models of text', names: ['names', 'namesNgram', 'transformer', 'maskedNames', 'markovChain', 'banana'] },
  {
    title: 'Claims about searching for text',
    names: ['greedyTrap', 'beamMisses', 'widerWorse', 'lengthBias', 'emptyString', 'heuristicStop'],
  },
];

/**
 * Puts templates under their headings, in the order of the lecture; those that no heading knows come last, under "More", by name.
 * @param names of all there are, without their ending
 * @returns groups that hold at least one of them
 */
export function groupTemplates(names: readonly string[]): TemplateGroup[] {
  const known = groups.flatMap((group) => group.names);
  const more = names.filter((name) => !known.includes(name)).sort();
  return [...groups, { title: 'More', names: more }]
    .map((group) => ({ title: group.title, names: group.names.filter((name) => names.includes(name)) }))
    .filter((group) => group.names.length > 0);
}
