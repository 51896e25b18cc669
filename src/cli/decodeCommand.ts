import { writeFileSync } from 'node:fs';
import { UserError } from '../experiment/problem.ts';
import type { Answer } from '../protocol/server.ts';
import type { AskedTexts } from '../server/askedTexts.ts';
import type { TextModel } from '../server/textModel.ts';
import type { Command } from './commands.ts';
import { decodedText, filledText } from './decodedText.ts';
import { decodedJson, filledJson, treeJson } from './decodeJson.ts';
import { mediaFolder } from './mediaFolder.ts';
import { readArguments } from './readArguments.ts';
import { painter } from './terminal.ts';

const usage = 'decode FILE-or-RUN [--prompt P ...] [--strategy kind] [--set path=value ...] [--tree out.json] [--json]';
const options = {
  prompt: { type: 'string', multiple: true },
  strategy: { type: 'string' },
  set: { type: 'string', multiple: true },
  tree: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Nodes of a tree that is written down. */
const MOST_NODES = 100_000;
/** Tokens named for each blank. */
const CANDIDATES = 8;

/** What was found for one prompt, as written. */
export interface Decoded {
  prompt: string;
  found: Answer<'decode'>;
}

/** A sentence with blanks, and how they were filled. */
export interface Filled {
  prompt: string;
  found: Omit<Answer<'fillBlanks'>, 'title'>;
}

/** What the command line asks for beside the model. */
interface Asked {
  tree: string | undefined;
  isJson: boolean;
}

/** `latent-lab decode`: texts from a table, an n-gram or a trained run; models of masked tokens fill blanks. */
export const decodeCommand: Command = {
  usage,
  summary: 'search the texts of a table, an n-gram or a trained run',
  run: async (args) => {
    const { values, positionals } = readArguments(args, options, usage);
    if (positionals.length !== 1)
      throw new UserError(`name one experiment file or run, got ${positionals.length}; usage: latent-lab ${usage}`);
    const stop = new AbortController();
    const leave = () => stop.abort();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave);
    try {
      const { findTexts } = await import('./decodeTarget.ts');
      const changes = { prompts: values.prompt, strategy: values.strategy, set: values.set ?? [] };
      const asked = await findTexts(positionals[0]!, changes, { media: mediaFolder(), engineFolder: __dirname });
      await tellTexts(asked, { tree: values.tree, isJson: values.json === true }, stop.signal);
      return 0;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      console.error('latent-lab: the search was cancelled');
      return 130;
    } finally {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, leave);
    }
  },
};

async function tellTexts(asked: AskedTexts, { tree, isJson }: Asked, signal: AbortSignal): Promise<void> {
  const model = await asked.load(signal);
  try {
    const paint = painter(process.stdout);
    if (model.kind === 'filled') {
      if (tree !== undefined)
        throw new UserError('--tree: a model of masked tokens fills blanks, and no tree grows from that; leave it out');
      const all = await fillAll(asked, model);
      console.log(isJson ? filledJson(asked.title, all) : filledText(asked.title, all, paint));
      return;
    }
    const all = await searchAll(asked, model, tree === undefined ? 0 : MOST_NODES, signal);
    if (tree !== undefined) writeTree(tree, treeJson(asked.title, all));
    console.log(isJson ? decodedJson(all) : decodedText(asked.title, all, paint));
  } finally {
    model.dispose();
  }
}

async function searchAll(
  asked: AskedTexts,
  model: Extract<TextModel, { kind: 'searched' }>,
  mostNodes: number,
  signal: AbortSignal,
): Promise<Decoded[]> {
  const { searchTexts } = await import('../server/searchTexts.ts');
  const all: Decoded[] = [];
  for (const prompt of asked.experiment.decoding.prompts) {
    const ask = { prompt, constraints: { forced: [], forbidden: [] }, mostNodes };
    all.push({ prompt, found: await searchTexts(asked, model, ask, signal) });
  }
  return all;
}

async function fillAll({ experiment }: AskedTexts, model: Extract<TextModel, { kind: 'filled' }>): Promise<Filled[]> {
  const { fillSentence } = await import('../server/fillBlanks.ts');
  return experiment.decoding.prompts.map((prompt) => ({ prompt, found: fillSentence(model, prompt, CANDIDATES) }));
}

/** @throws UserError where the file cannot be written */
function writeTree(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UserError(`--tree ${path} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
}
