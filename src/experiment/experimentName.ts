import type { Experiment } from './experiment.ts';

/**
 * What people call the run: the experiment's name, else its file's without folders and ending.
 * @param path path of the experiment file, with either kind of slash
 */
export function experimentName(path: string, experiment: Pick<Experiment, 'name'> | null): string {
  const written = experiment?.name?.trim();
  if (written) return written;
  const file = path.split(/[\\/]/).at(-1) ?? path;
  return file.replace(/(\.latent)?\.jsonc?$/i, '') || file;
}
