import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { nodeProgram } from './nodeProgram.ts';

/** What the trainer is told, as trainer/trainingJob.ts reads it. */
export interface TrainingOrder {
  runFolder: string;
  experimentPath: string;
  engine?: string;
  /** The experiment as it was when the training was asked for; else as the file is now. */
  text?: string;
  /** Whether this window renews a lease; without it the run goes on alone. */
  leased: boolean;
  /** Goes on with the run from its last checkpoint. */
  resume?: boolean;
}

/** Starts trainer processes and writes down how they ended. They are detached: none of them ends with this window. */
export class Trainers {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #ended: vscode.EventEmitter<string>;
  /** Ids of runs whose trainer ended, once its exit is written. */
  readonly onDidEnd: vscode.Event<string>;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
    this.#ended = new vscode.EventEmitter<string>();
    this.onDidEnd = this.#ended.event;
    context.subscriptions.push(this.#ended);
  }

  /** Starts training in a process of its own; what it says goes to trainer.log in the run's folder. */
  start(order: TrainingOrder): void {
    const id = basename(order.runFolder);
    const logFile = openSync(join(order.runFolder, 'trainer.log'), 'a');
    const { path, env } = nodeProgram();
    const job = JSON.stringify({ ...order, media: this.#context.asAbsolutePath('media') });
    const child = spawn(path, [this.#context.asAbsolutePath('dist/trainer.js'), job], {
      cwd: order.runFolder,
      detached: true,
      env,
      stdio: ['ignore', logFile, logFile],
      windowsHide: true,
    });
    closeSync(logFile);
    child.unref();
    this.#log.info(`${id}: training ${order.experimentPath} with ${path}, process ${child.pid ?? 'none'}`);
    this.#watch(child, order.runFolder, path);
  }

  #watch(child: ChildProcess, folder: string, program: string): void {
    child.once('error', (error) => {
      const advice = 'Set latentLab.nodePath to a Node.js program, or leave it empty.';
      this.#end({ folder, code: null, signal: null, word: `${program} could not be started (${error.message}). ${advice}` });
    });
    child.once('exit', (code, signal) => {
      const word = signal ? `The trainer was ended by ${signal}.` : code ? `The trainer ended with code ${code}.` : null;
      this.#end({ folder, code, signal, word });
    });
  }

  #end(end: { folder: string; code: number | null; signal: NodeJS.Signals | null; word: string | null }): void {
    this.#writeEnd(end).then(
      () => this.#ended.fire(basename(end.folder)),
      // the folder may have been deleted meanwhile
      (error: unknown) => this.#log.warn(`${basename(end.folder)}: how the trainer ended could not be written: ${error}`),
    );
  }

  async #writeEnd({
    folder,
    code,
    signal,
    word,
  }: {
    folder: string;
    code: number | null;
    signal: NodeJS.Signals | null;
    word: string | null;
  }): Promise<void> {
    const id = basename(folder);
    this.#log.info(`${id}: ${word ?? 'the trainer ended well'}`);
    if (word) appendFileSync(join(folder, 'trainer.log'), `${word}\n`);
    const { writeExit } = await import('../store/exitFile.ts');
    await writeExit(folder, { code, signal });
  }
}
