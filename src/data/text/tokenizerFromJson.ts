import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { UserError } from '../../experiment/problem.ts';
import { BpeTokenizer } from './bpeTokenizer.ts';
import { CharacterTokenizer } from './characterTokenizer.ts';
import { ForeignTokenizer, type TokenizerFile } from './foreignTokenizer.ts';
import { type StreamTokenizer, withEnd } from './streamTokenizer.ts';
import { WordTokenizer } from './wordTokenizer.ts';

/** Largest id that can be read: beyond it a file is damaged, or no model could be trained. */
const largestId = 2 ** 20;
const id = z.int().min(0).max(largestId);
const part = z.looseObject({}).nullish().default(null);
const fileSchema = z.looseObject({
  added_tokens: z
    .array(z.looseObject({ id, content: z.string() }))
    .nullish()
    .transform((tokens) => tokens ?? []),
  normalizer: part,
  pre_tokenizer: part,
  post_processor: part,
  decoder: part,
  model: z.looseObject({
    type: z.string(),
    vocab: z.union([z.record(z.string(), id), z.array(z.tuple([z.string(), z.number()])).max(largestId)]),
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])).optional(),
  }),
});

/**
 * The tokenizer in a `tokenizer.json` of Hugging Face (BPE, WordPiece, WordLevel, Unigram). What our own tokenizers have written comes back
 * as it was; other files are read by their library.
 * @param json the parsed file
 * @param unit whether texts end: the end token is then the last, added or left out as needed
 * @param name of the file, for messages
 * @throws UserError for what is no such file
 */
export function tokenizerFromJson(json: unknown, unit: 'lines' | 'stream', name = 'tokenizer.json'): StreamTokenizer {
  const read = fileSchema.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = issue!.path.length === 0 ? '' : `, ${issue!.path.join('.')}`;
    throw new UserError(`${name} is no tokenizer.json of Hugging Face${place}: ${issue!.message}; name another file`, 'data.tokens.file');
  }
  const own = ownTokenizer(json as TokenizerFile, unit);
  if (own !== null) return own;
  try {
    return new ForeignTokenizer(read.data as TokenizerFile, unit);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${name} cannot be read as a tokenizer: ${reason}`, 'data.tokens.file');
  }
}

/** The tokenizer of ours that would write this very file; null where there is none. */
function ownTokenizer(file: TokenizerFile, unit: 'lines' | 'stream'): StreamTokenizer | null {
  const { vocab } = file.model;
  if (Array.isArray(vocab)) return null;
  const tokens: string[] = [];
  for (const [token, at] of Object.entries(vocab)) tokens[at] = token;
  if (tokens.length !== Object.keys(vocab).length) return null;
  const makers = [
    (all: readonly string[]) => new CharacterTokenizer(all),
    (all: readonly string[]) => new WordTokenizer(all, 'prose'),
    (all: readonly string[]) => new WordTokenizer(all, 'spaces'),
    (all: readonly string[]) => new BpeTokenizer({ tokens: all, merges: mergesById(file, all) }),
  ];
  for (const make of makers) if (isDeepStrictEqual(make(tokens).toJson(), file)) return make(withEnd(tokens, unit));
  return null;
}

function mergesById(file: TokenizerFile, tokens: readonly string[]): [number, number][] {
  const ids = new Map(tokens.map((token, at) => [token, at]));
  const { merges = [] } = file.model as { merges?: unknown[] };
  return merges.flatMap((merge) => {
    const [left, right] = Array.isArray(merge) ? merge.map((token) => ids.get(token)) : [];
    return left === undefined || right === undefined ? [] : [[left, right] satisfies [number, number]];
  });
}
