import { readFile, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { TextDataSection } from '../../experiment/languageModel.ts';
import { UserError } from '../../experiment/problem.ts';
import { BUILT_IN, sourceKind } from '../../experiment/sourceKind.ts';
import { explainFile } from '../explainFile.ts';
import type { DataPlace } from '../loadDataset.ts';
import { cutText } from './cutText.ts';
import { fileText } from './fileText.ts';
import { grammarText } from './grammarText.ts';
import { markovText } from './markovText.ts';
import { type Survey, surveyText } from './surveyText.ts';
import type { TextCorpus } from './textCorpus.ts';
import type { TextSource } from './textSource.ts';
import { tokenizerFromJson } from './tokenizerFromJson.ts';

/** Files of the texts that ship with the product. */
const shipped: Readonly<Record<string, string>> = { names: 'names.txt.gz', austen: 'austen.txt.gz', banana: 'banana.txt' };

/**
 * Reads or draws the text of an experiment and cuts it into tokens. A file is read twice, once for the vocabulary and once for the tokens,
 * a portion at a time. A Markov chain is one stream, whatever `unit` says.
 * @throws UserError, one sentence, for everything that the user can mend; the signal's reason when it is aborted
 */
export async function loadText(section: TextDataSection, where: DataPlace): Promise<TextCorpus> {
  where.signal?.throwIfAborted();
  const isChain = typeof section.source !== 'string' && section.source.generator === 'markovChain';
  const unit = isChain ? 'stream' : section.unit;
  const source = await openSource(section, where);
  try {
    const version = await source.version();
    const { tokenizer, notes } = await makeTokenizer(source, { ...section, unit }, where);
    const { blank, ...texts } = await cutText(source, tokenizer, unit, where.signal);
    if ((await source.version()) !== version) throw new UserError(`${source.name} was changed while it was read; try again`, 'data.source');
    if (texts.tokens.length === 0)
      throw new UserError(`${source.name} ${blank > 0 ? 'has only blank lines' : 'is empty'}: write some text into it`, 'data.source');
    const left = blank === 0 ? [] : [`${blank} blank ${blank === 1 ? 'line was' : 'lines were'} left out`];
    const turned = unit === section.unit ? [] : ['a Markov chain has no lines: it is read as one stream'];
    return { source: source.name, tokenizer, unit, ...texts, hash: source.hash(), notes: [...turned, ...left, ...notes] };
  } catch (error) {
    throw typeof section.source === 'string' ? await explainText(error, section.source, where) : error;
  }
}

async function openSource({ source, tokens }: TextDataSection, { folder, media, seed }: DataPlace): Promise<TextSource> {
  if (typeof source !== 'string') return source.generator === 'markovChain' ? markovText(source, tokens, seed) : grammarText(source, seed);
  if (Object.hasOwn(shipped, source)) return fileText(join(media, 'datasets', shipped[source]!), source);
  const path = resolve(folder, source);
  const name = basename(path);
  const found = await stat(path).catch(async (error) => {
    throw await explainText(error, source, { folder });
  });
  if (found.isDirectory()) throw new UserError(`data.source ${path} is a folder; name a .txt file in it`, 'data.source');
  if (sourceKind(source, 'languageModel') !== 'txt')
    throw new UserError(
      `data.source ${name} ends in ${extname(name) ? `"${extname(name)}"` : 'no extension'}, which is no known format of text; use .txt`,
      'data.source',
    );
  return fileText(path, name);
}

async function makeTokenizer(source: TextSource, { tokens, unit }: TextDataSection, { folder, signal }: DataPlace): Promise<Survey> {
  if (typeof tokens === 'string' || 'bpe' in tokens) return surveyText(source, { tokens, unit }, signal);
  const path = resolve(folder, tokens.file);
  const setting = 'data.tokens.file';
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UserError(`${basename(path)} is not JSON: ${error.message}; name a tokenizer.json of Hugging Face`, setting);
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new UserError(`data.tokens.file ${path} does not exist; paths start at the experiment file`, setting);
    if (code === 'EISDIR') throw new UserError(`data.tokens.file ${path} is a folder; name the tokenizer.json in it`, setting);
    throw error;
  }
  return { tokenizer: tokenizerFromJson(json, unit, basename(path)), notes: [] };
}

function explainText(error: unknown, source: string, { folder }: Pick<DataPlace, 'folder'>): Promise<unknown> {
  const fits = (name: string) => sourceKind(name, 'languageModel') === 'txt';
  return explainFile(error, { source, path: resolve(folder, source), fits, builtIn: BUILT_IN.languageModel });
}
