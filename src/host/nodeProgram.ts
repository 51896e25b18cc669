import { readSetting } from './readSetting.ts';

/** The Node.js that trains and answers: the setting's, else the one VS Code runs on, which in Electron must be told to be Node. */
export function nodeProgram(): { path: string; env: NodeJS.ProcessEnv } {
  const chosen = readSetting('nodePath').trim();
  return chosen ? { path: chosen, env: process.env } : { path: process.execPath, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } };
}
