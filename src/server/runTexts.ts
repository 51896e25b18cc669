import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { tokenizerFromJson } from '../data/text/tokenizerFromJson.ts';
import type { LanguageModelExperiment } from '../experiment/languageModel.ts';
import { parseExperiment } from '../experiment/parseExperiment.ts';
import { UserError } from '../experiment/problem.ts';
import { formatAge } from '../run/format.ts';
import { isLive } from '../run/isLive.ts';
import { parseCounts } from '../science/language/ngram.ts';
import { listCheckpoints, readNewestCheckpoint } from '../store/checkpoints.ts';
import { type RunListing, readListing } from '../store/runListing.ts';
import type { AskedTexts } from './askedTexts.ts';
import { openCounts, openTable } from './countedModels.ts';
import { requireLanguage } from './experimentTexts.ts';
import type { ModelPlace, TextModel } from './textModel.ts';

const resolvedSchema = z.object({
  version: z.literal(1),
  experiment: z.record(z.string(), z.unknown()),
  data: z.object({ unit: z.enum(['lines', 'stream']).optional() }),
});

/**
 * The model of a stored run, as its newest checkpoint has it.
 * @throws UserError for a run that has none, is damaged, was written by a newer version, or has nothing to do with text
 */
export async function runTexts(folder: string, place: ModelPlace): Promise<AskedTexts> {
  const listing = await readListing(folder);
  if (listing.problem !== null) throw new UserError(`${listing.id}: ${listing.problem}`);
  const { experiment, unit } = await readResolved(listing);
  const { model } = experiment;
  const title = titleOf(listing, model.kind);
  if (model.kind === 'table') return { key: `table ${JSON.stringify(model.next)}`, title, experiment, load: async () => openTable(model) };
  const newest = (await listCheckpoints(folder)).at(-1);
  if (newest === undefined) throw noCheckpoint(listing);
  const key = `run ${listing.folder} ${newest} ${listing.status}`;
  return { key, title, experiment, load: () => loadRun({ listing, experiment, unit, place }) };
}

/** "First names, mlp (finished run of 2 h ago)" */
function titleOf({ id, notes, summary, status }: RunListing, kind: string): string {
  const name = notes.name || summary?.name || id;
  const place = isLive(status) ? `step ${summary?.step ?? 0}` : formatAge(Date.now() - (summary?.endedMs ?? summary?.updatedMs ?? 0));
  return `${name}, ${kind} (${status} run, ${place})`;
}

async function readResolved({
  folder,
  id,
  status,
}: RunListing): Promise<{ experiment: LanguageModelExperiment; unit: 'lines' | 'stream' }> {
  const text = await readFile(join(folder, 'resolved.json'), 'utf8').catch(() => null);
  if (text === null) {
    const advice = isLive(status) ? 'wait until it has begun' : 'train it again';
    throw new UserError(`${id} has no resolved.json, which tells how the run was made: ${advice}`);
  }
  const damaged = new UserError(`resolved.json of ${id} is damaged: train the run again`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged;
  }
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1)
    throw new UserError(`${id} was written by a newer version of Latent Lab (format ${version}, this one knows 1): update Latent Lab`);
  const resolved = resolvedSchema.safeParse(json);
  if (!resolved.success) throw damaged;
  const { plan: _plan, ...written } = resolved.data.experiment;
  const { experiment } = parseExperiment(JSON.stringify(written), [], { allowUnbuilt: true });
  if (experiment === null) throw damaged;
  return { experiment: requireLanguage(experiment), unit: resolved.data.data.unit ?? 'lines' };
}

interface LoadRequest {
  listing: RunListing;
  experiment: LanguageModelExperiment;
  unit: 'lines' | 'stream';
  place: ModelPlace;
}

async function loadRun({ listing, experiment, unit, place }: LoadRequest): Promise<TextModel> {
  const { model } = experiment;
  const [{ found, damaged }, tokenizer] = await Promise.all([readNewestCheckpoint(listing.folder), readTokenizer(listing, unit)]);
  if (found === null) throw damaged.length > 0 ? damagedCheckpoints(listing) : noCheckpoint(listing);
  if (model.kind !== 'ngram') {
    const parameters = found.files['parameters.f32'];
    if (parameters === undefined) throw damagedCheckpoints(listing);
    // the engines are loaded only for what needs them
    const { openNeural } = await import('./neuralModel.ts');
    return openNeural({ experiment, tokenizer, unit, parameters, name: listing.id }, place);
  }
  const bytes = found.files['counts.bin'];
  if (bytes === undefined) throw damagedCheckpoints(listing);
  const counts = parseCounts(bytes);
  if (counts.size !== tokenizer.tokens.length)
    throw new UserError(
      `${listing.id} counted ${counts.size} tokens, and its tokenizer.json has ${tokenizer.tokens.length}: one of the two is not its own, train it again`,
    );
  return openCounts(counts, model, tokenizer);
}

async function readTokenizer({ folder, id }: RunListing, unit: 'lines' | 'stream') {
  const text = await readFile(join(folder, 'tokenizer.json'), 'utf8').catch(() => null);
  if (text === null) throw new UserError(`${id} has no tokenizer.json, which cuts texts into its tokens: train it again`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UserError(`tokenizer.json of ${id} is damaged: train the run again`);
  }
  return tokenizerFromJson(json, unit, `tokenizer.json of ${id}`);
}

function noCheckpoint({ id, status }: RunListing): UserError {
  return new UserError(
    `${id} has no checkpoint${isLive(status) ? ' yet: wait for its first one' : ', and so no model to ask: train it again'}`,
  );
}

function damagedCheckpoints({ id }: RunListing): UserError {
  return new UserError(`no checkpoint of ${id} is whole: train it again`);
}
