import type { Experiment } from './experiment.ts';

/** Parts of an experiment that today's trainer cannot run: refused by name, never ignored. */
export function unbuiltParts(experiment: Experiment): { path: string; message: string }[] {
  if (experiment.task === 'languageModel') return [{ path: 'task', message: 'not built yet: language models (task "languageModel")' }];
  return [];
}
