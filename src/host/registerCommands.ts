import * as vscode from 'vscode';
import { type CommandHandlers, type CommandName, commandId, commandNames } from './commandNames.ts';
import { reportError } from './reportError.ts';

/** Puts every handler under its command. Handlers are made at the first command, so that activation does not load them. */
export function registerCommands(loadHandlers: () => Promise<CommandHandlers>, log: vscode.LogOutputChannel): vscode.Disposable {
  let handlers: Promise<CommandHandlers> | undefined;
  const run = async (name: CommandName, targets: unknown[]): Promise<unknown> => {
    try {
      handlers ??= loadHandlers();
      const [target, value] = targets;
      return await (await handlers)[name](target, value);
    } catch (error) {
      // not awaited: a notification stays as long as people let it stand
      void reportError(error, commandId(name), log);
      return undefined;
    }
  };
  return vscode.Disposable.from(
    ...commandNames.map((name) => vscode.commands.registerCommand(commandId(name), (...targets: unknown[]) => run(name, targets))),
  );
}
