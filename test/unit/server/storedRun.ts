import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tokenizer } from '../../../src/data/text/tokenizer.ts';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import { summaryWith } from '../host/listing.ts';

/** What a run of a language model leaves on the disk, as far as a search reads it. */
export interface StoredRunFiles {
  experiment: object;
  tokenizer: Pick<Tokenizer, 'toJson'> | null;
  /** Files of the checkpoint at step 1; null: there is none. */
  checkpoint: Record<string, Uint8Array> | null;
  status?: 'finished' | 'running';
}

/** Writes a run folder and returns its path. */
export function writeStoredRun(folder: string, { experiment, tokenizer, checkpoint, status = 'finished' }: StoredRunFiles): string {
  const parsed = parseExperiment(JSON.stringify(experiment));
  if (parsed.experiment === null) throw new Error(JSON.stringify(parsed.problems));
  mkdirSync(join(folder, checkpoint === null ? 'arrays' : 'checkpoints/1'), { recursive: true });
  const summary = summaryWith({ name: 'A stored model', status, endedMs: Date.now(), metrics: { 'train.nats': 2 } });
  writeFileSync(join(folder, 'summary.json'), JSON.stringify(summary));
  const unit = parsed.experiment.task === 'languageModel' ? parsed.experiment.data?.unit : undefined;
  const resolved = { version: 1, experiment: { ...parsed.experiment, plan: { totalSteps: 1 } }, data: { hash: 'none', unit } };
  writeFileSync(join(folder, 'resolved.json'), JSON.stringify(resolved));
  if (tokenizer !== null) writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer.toJson()));
  for (const [name, bytes] of Object.entries(checkpoint ?? {})) writeFileSync(join(folder, 'checkpoints/1', name), bytes);
  return folder;
}
