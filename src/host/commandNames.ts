/** Every command of the manifest, without its prefix. */
export const commandNames = [
  'newExperiment',
  'experimentFromFile',
  'trainExperiment',
  'trainNow',
  'trainSooner',
  'trainLater',
  'stopRun',
  'pauseRun',
  'resumeRun',
  'stepRun',
  'openDashboard',
  'decode',
  'showLog',
  'revealRunFolder',
  'renameRun',
  'deleteRun',
  'refreshRuns',
  'evaluateLabels',
  'installTensorflow',
] as const;

/** A command's name without its prefix. */
export type CommandName = (typeof commandNames)[number];

/** What each command does. Target and value are whatever the caller passed (an item of the tree, a file, an id, nothing): never trusted to be there. */
export type CommandHandlers = { [K in CommandName]: (target?: unknown, value?: unknown) => Promise<unknown> };

/** The id under which VS Code knows a command. */
export const commandId = (name: CommandName): string => `latentLab.${name}`;
