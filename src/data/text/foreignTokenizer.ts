import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { UserError } from '../../experiment/problem.ts';
import { endToken, type StreamTokenizer, type TokenSink } from './streamTokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

/** What is read of a `tokenizer.json` here; the library reads the rest. */
export interface TokenizerFile {
  model: { type: string; vocab: Record<string, number> | [string, number][] };
  added_tokens: { id: number; content: string }[];
  [part: string]: unknown;
}

const kinds: Readonly<Record<string, Tokenizer['kind']>> = { BPE: 'bpe', Unigram: 'bpe', WordPiece: 'words', WordLevel: 'words' };

/**
 * A tokenizer that somebody else made, cut and joined by Hugging Face's library. Ids are the file's, the end token comes after them all
 * where texts are lines. Special tokens of its own are never added; lines are cut one at a time, in a stream each with its end.
 */
export class ForeignTokenizer implements StreamTokenizer {
  readonly kind: Tokenizer['kind'];
  readonly tokens: readonly string[];
  readonly end: number | null;
  readonly needsWholeLines = true;
  readonly #library: HuggingFaceTokenizer;

  /** @throws UserError for a kind that cannot be read */
  constructor(
    private readonly file: TokenizerFile,
    unit: 'lines' | 'stream',
  ) {
    const kind = kinds[file.model.type];
    if (kind === undefined)
      throw new UserError(
        `its model is ${JSON.stringify(file.model.type)}; models that can be read are ${Object.keys(kinds).join(', ')}`,
        'data.tokens.file',
      );
    this.kind = kind;
    this.#library = new HuggingFaceTokenizer(readable(file), { clean_up_tokenization_spaces: false });
    const raw = vocabularyById(file);
    const tokens = raw.map((token, id) => this.#read(id, token));
    this.end = unit === 'lines' ? tokens.length : null;
    this.tokens = unit === 'lines' ? [...tokens, endToken] : tokens;
  }

  encode(text: string): number[] {
    if (text === '') return [];
    const { ids, tokens } = this.#library.encode(text, { add_special_tokens: false });
    const missing = (ids as (number | undefined)[]).indexOf(undefined);
    if (missing >= 0)
      throw new UserError(`${JSON.stringify(tokens[missing] ?? text)} is not in the vocabulary, which has no token for unknown words`);
    return ids;
  }

  append(text: string, out: TokenSink): void {
    for (const id of this.encode(text)) out.push(id);
  }

  decode(ids: Iterable<number>): string {
    const own = [...ids].filter((id) => id !== this.end);
    return own.length === 0 ? '' : this.#library.decode(own);
  }

  toJson(): object {
    return this.file;
  }

  /** A token as people read it: what it stands for, unless that is only a part of a character or like another's. */
  #read(id: number, token: string): string {
    if (token === endToken) return `${token} (${id})`;
    const text = this.kind === 'bpe' ? this.#library.decode([id]) : token;
    return text === '' || text.includes('\ufffd') ? token : text;
  }
}

/** A file as the library wants it: without words that it does not know. WordLevel is WordPiece whose words are only found whole. */
function readable(file: TokenizerFile): object {
  if (file.model.type !== 'WordLevel') return file;
  return {
    ...file,
    model: { ...file.model, type: 'WordPiece', continuing_subword_prefix: '\n\u0000', max_input_chars_per_word: 1_000_000 },
  };
}

/** Raw tokens by id; ids that the file leaves out have a name of their own. */
function vocabularyById({ model, added_tokens }: TokenizerFile): string[] {
  const tokens: string[] = [];
  if (Array.isArray(model.vocab)) for (const [token] of model.vocab) tokens.push(token);
  else for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
  for (const { id, content } of added_tokens) tokens[id] = content;
  return Array.from(tokens, (token, id) => token ?? `<no token ${id}>`);
}
