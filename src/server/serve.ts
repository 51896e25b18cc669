import { join } from 'node:path';
import { createMessageConnection, ResponseError, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { UserError } from '../experiment/problem.ts';
import { PromptError } from '../experiment/promptError.ts';
import { sayInfinities } from '../protocol/infinities.ts';
import { type Question, questions } from '../protocol/server.ts';
import { makeAnswerers } from './answerers.ts';

/** Milliseconds without a question after which the server ends. */
const IDLE_MS = 60_000;
/** Error code of a UserError: its message is for people as it is. */
const USER_ERROR = 1;

/** The model server: answers the questions of protocol/server.ts on stdin and stdout, writes nothing, ends when idle. */
export function serve(): Promise<never> {
  const connection = createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
  const answerers = makeAnswerers({ media: join(__dirname, '..', 'media'), engineFolder: __dirname });
  let idle = setTimeout(() => process.exit(0), IDLE_MS);
  let underway = 0;
  for (const question of Object.keys(questions) as Question[])
    connection.onRequest(question, async (params: unknown, token) => {
      underway++;
      clearTimeout(idle);
      const abort = new AbortController();
      const watch = token.onCancellationRequested(() => abort.abort());
      try {
        return await answer(answerers, question, params, abort.signal);
      } finally {
        watch.dispose();
        // others may still be thought about
        if (--underway === 0) idle = setTimeout(() => process.exit(0), IDLE_MS);
      }
    });
  connection.onClose(() => process.exit(0));
  connection.listen();
  return new Promise(() => {});
}

async function answer(
  answerers: ReturnType<typeof makeAnswerers>,
  question: Question,
  params: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const asked = questions[question].ask.safeParse(params);
  if (!asked.success) throw new ResponseError(-32602, `"${question}" was asked with the wrong words: ${asked.error.message}`);
  try {
    // the map holds question and answerer together; TypeScript cannot follow a union through both
    return sayInfinities(await (answerers[question] as (ask: unknown, signal: AbortSignal) => Promise<unknown>)(asked.data, signal));
  } catch (error) {
    if (error instanceof PromptError) throw new ResponseError(USER_ERROR, error.message, { offer: error.offer });
    if (error instanceof UserError) throw new ResponseError(USER_ERROR, error.message);
    throw error;
  }
}
