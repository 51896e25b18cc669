import { type ChildProcess, spawn } from 'node:child_process';
import type * as vscode from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { UserError } from '../experiment/problem.ts';
import { PromptError } from '../experiment/promptError.ts';
import type { Answer, Ask, Question } from '../protocol/server.ts';
import { nodeProgram } from './nodeProgram.ts';

/** Error code under which the server sends a sentence for people. */
const userErrorCode = 1;

interface Line {
  child: ChildProcess;
  connection: MessageConnection;
}

/** The model server: started at the first question, ends by itself when nobody asks, started again at the next. */
export class ModelServer implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  #line: Promise<Line> | null = null;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  /**
   * Asks a question of protocol/server.ts.
   * @throws UserError with the server's sentence, PromptError where it offers another prompt; any other error is a bug or a cancellation
   */
  async ask<Q extends Question>(question: Q, ask: Ask<Q>, token: vscode.CancellationToken): Promise<Answer<Q>> {
    this.#line ??= this.#start();
    const { connection } = await this.#line;
    const { ResponseError } = await import('vscode-jsonrpc/node');
    const { questions } = await import('../protocol/server.ts');
    try {
      const answer: unknown = await connection.sendRequest(question, ask, token);
      return questions[question].answer.parse(answer) as Answer<Q>;
    } catch (error) {
      if (error instanceof ResponseError && error.code === userErrorCode) throw userErrorOf(error.message, error.data);
      throw error;
    }
  }

  /** The process that answers now; undefined while there is none. */
  async processId(): Promise<number | undefined> {
    return (await this.#line)?.child.pid;
  }

  async #start(): Promise<Line> {
    const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = await import('vscode-jsonrpc/node');
    const { path, env } = nodeProgram();
    const child = spawn(path, [this.#context.asAbsolutePath('dist/server.js'), '--stdio'], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.#log.debug(`model server: process ${child.pid ?? 'none'}`);
    const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    const line = { child, connection };
    const end = (word: string) => {
      this.#log.debug(`model server: ${word}`);
      connection.dispose();
      this.#line = null;
    };
    child.stderr.on('data', (data: Buffer) => this.#log.warn(`model server: ${data.toString('utf8').trimEnd()}`));
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(`ended (${signal ?? code})`));
    // a server that ended with a question on its way: the question fails, the stream must not
    child.stdin.on('error', (error) => this.#log.debug(`model server: ${error.message}`));
    connection.onError(([error]) => this.#log.debug(`model server: ${error.message}`));
    connection.listen();
    return line;
  }

  dispose(): void {
    this.#line?.then(
      ({ child, connection }) => {
        connection.dispose();
        child.kill();
      },
      () => {},
    );
  }
}

function userErrorOf(message: string, data: unknown): UserError {
  if (typeof data !== 'object' || data === null || !('offer' in data)) return new UserError(message);
  return new PromptError(message, typeof data.offer === 'string' ? data.offer : null);
}
