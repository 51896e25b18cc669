import * as vscode from 'vscode';
import { type Settings, settingDefaults } from './settingNames.ts';

/** The value of a setting; a scope where it may differ by folder. */
export function readSetting<K extends keyof Settings>(name: K, scope?: vscode.Uri): Settings[K] {
  const value = vscode.workspace.getConfiguration('latentLab', scope).get<Settings[K]>(name);
  return typeof value === typeof settingDefaults[name] ? (value as Settings[K]) : settingDefaults[name];
}
