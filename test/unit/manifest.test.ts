import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandId, commandNames } from '../../src/host/commandNames.ts';
import { runContext } from '../../src/host/runContext.ts';
import { settingDefaults } from '../../src/host/settingNames.ts';
import { isResumable } from '../../src/run/isResumable.ts';
import { runStatusSchema } from '../../src/run/runSummary.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface MenuItem {
  command: string;
  when?: string;
  group?: string;
}
interface Setting {
  type: string;
  default: unknown;
  scope: string;
  markdownDescription: string;
  enum?: string[];
  enumDescriptions?: string[];
}
interface Manifest {
  icon: string;
  license: string;
  repository: { url: string };
  categories: string[];
  keywords: string[];
  engines: { vscode: string };
  devDependencies: Record<string, string>;
  extensionKind: string[];
  main: string;
  l10n?: string;
  activationEvents: string[];
  scripts: Record<string, string>;
  capabilities: {
    untrustedWorkspaces: { supported: string; description: string; restrictedConfigurations: string[] };
    virtualWorkspaces: { supported: string | boolean; description: string };
  };
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string; enablement?: string }[];
    menus: Record<string, MenuItem[]>;
    viewsContainers: Record<string, { id: string; icon: string }[]>;
    views: Record<string, { id: string; name: string }[]>;
    viewsWelcome: { view: string; contents: string; when: string }[];
    languages: { id: string; filenamePatterns: string[] }[];
    jsonValidation: { fileMatch: string; url: string }[];
    configuration: { properties: Record<string, Setting> };
    configurationDefaults: Record<string, unknown>;
    walkthroughs: { steps: { id: string; description: string; completionEvents: string[]; media: { svg: string; altText: string } }[] }[];
  };
}

const text = read('package.json');
const manifest = JSON.parse(text) as Manifest;
const words = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { contributes } = manifest;
const hostSource = readdirSync(join(root, 'src/host'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => read(`src/host/${file}`))
  .join('\n');

/** Every `when` and `enablement` of the manifest. */
const conditions = [
  ...Object.values(contributes.menus).flatMap((items) => items.map(({ when }) => when ?? '')),
  ...contributes.commands.map(({ enablement }) => enablement ?? ''),
  ...contributes.viewsWelcome.map(({ when }) => when),
];

describe('the manifest as a package', () => {
  test('is for the VS Code whose types the code is compiled against, and for newer ones', () => {
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode']}`);
    expect(manifest.devDependencies['@types/vscode']).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test('has what the marketplace shows: licence, repository, categories, few keywords', () => {
    expect(manifest.license).toBe('MIT');
    expect(existsSync(join(root, 'LICENSE'))).toBe(true);
    expect(manifest.repository.url).toMatch(/^https:\/\//);
    expect(manifest.categories).toEqual(['Machine Learning', 'Data Science', 'Visualization', 'Education']);
    expect(manifest.keywords.length).toBeLessThanOrEqual(10);
    expect(manifest.extensionKind).toEqual(['workspace']);
    expect(manifest.scripts['vscode:prepublish']).toContain('--production');
  });

  test('has a square PNG icon of at least 128 pixels', () => {
    const png = readFileSync(join(root, manifest.icon));
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    expect(width).toBeGreaterThanOrEqual(128);
    expect(height).toBe(width);
  });

  test('wakes up for its panels, its files and its folders, and for nothing else', () => {
    expect(manifest.activationEvents).toEqual([
      'onWebviewPanel:latentLab.dashboard',
      'onWebviewPanel:latentLab.decode',
      'onLanguage:jsonc',
      'workspaceContains:.latent',
    ]);
    expect(hostSource).toContain("dashboardType = 'latentLab.dashboard'");
    expect(hostSource).toContain("decodeType = 'latentLab.decode'");
  });

  test('names only files that are there', () => {
    const files = text.match(/(?:\.\/)?media\/[\w./-]+/g) ?? [];
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
  });

  test('takes every word from package.nls.json, which has none too many', () => {
    const used = [...text.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1]!);
    expect(new Set(used)).toEqual(new Set(Object.keys(words)));
    for (const word of Object.values(words)) expect(word).not.toMatch(/!|successfully/i);
  });
});

describe('the manifest’s commands', () => {
  test('are those of the code, in its order', () => {
    expect(contributes.commands.map(({ command }) => command)).toEqual(commandNames.map(commandId));
  });

  test('stand under one category, with a title each', () => {
    for (const { category, title } of contributes.commands) {
      expect(category).toBe('Latent Lab');
      expect(words[title.slice(1, -1)]).toBeTruthy();
    }
    expect(new Set(contributes.commands.map(({ title }) => title)).size).toBe(commandNames.length);
  });

  test('have an icon wherever a toolbar shows them', () => {
    const toolbars = [
      ...contributes.menus['view/title']!,
      ...contributes.menus['editor/title']!,
      ...contributes.menus['view/item/context']!,
    ];
    const shown = toolbars.filter(({ group }) => /^(inline|navigation)/.test(group ?? ''));
    for (const { command } of shown)
      expect(contributes.commands.find((known) => known.command === command)?.icon, command).toMatch(/^\$\([\w-]+\)$/);
  });

  test('of a menu are known ones', () => {
    for (const items of Object.values(contributes.menus))
      for (const { command } of items) expect(commandNames.map(commandId)).toContain(command);
  });

  test('that need a run are not in the palette while there is none', () => {
    const when = (name: string) => contributes.menus.commandPalette!.find(({ command }) => command === `latentLab.${name}`)?.when;
    for (const name of ['revealRunFolder', 'renameRun', 'deleteRun']) expect(when(name)).toBe('false');
    for (const name of ['stopRun', 'pauseRun', 'resumeRun', 'stepRun', 'openDashboard']) expect(when(name)).toMatch(/^latentLab\.has/);
  });

  test('that train are offered only where people trust the folder and it lies on a disk', () => {
    const train = Object.values(contributes.menus).flatMap((items) =>
      items.filter(({ command }) => command === 'latentLab.trainExperiment'),
    );
    expect(train.length).toBeGreaterThanOrEqual(4);
    for (const { when } of train) expect(when).toMatch(/isWorkspaceTrusted && !virtualWorkspace/);
    expect(read('src/host/mayTrain.ts')).toContain('vscode.workspace.isTrusted');
    for (const file of ['trainExperiment', 'resumeRun']) expect(read(`src/host/${file}.ts`)).toContain('await mayTrain()');
  });

  test('pause and resume take turns: no state of a run shows both, and one that ended early can go on', () => {
    const whenOf = (name: string) =>
      contributes.menus['view/item/context']!.filter(({ command }) => command === `latentLab.${name}`).map(({ when }) => when!);
    for (const status of runStatusSchema.options)
      for (const item of [`run.${status}`, `run.${status}.text`]) {
        const shows = (name: string) => whenOf(name).some((when) => holds(when, item));
        expect(shows('pauseRun') && shows('resumeRun'), item).toBe(false);
        expect(shows('pauseRun') || shows('resumeRun'), item).toBe(shows('stopRun') || isResumable(status));
        expect(shows('deleteRun'), item).toBe(!shows('stopRun'));
      }
  });

  test('texts are searched in runs of language models only, labels evaluated on the others only', () => {
    const whenOf = (name: string) =>
      contributes.menus['view/item/context']!.filter(({ command }) => command === `latentLab.${name}`).map(({ when }) => when!);
    for (const status of runStatusSchema.options)
      for (const when of whenOf('decode'))
        expect([`run.${status}`, `run.${status}.text`].map((item) => holds(when, item))).toEqual([false, true]);
    expect(whenOf('decode').length).toBeGreaterThan(0);
    for (const when of whenOf('evaluateLabels')) {
      expect(holds(when, 'run.finished')).toBe(true);
      expect(holds(when, 'run.finished.text')).toBe(false);
    }
  });

  test('recorded models and tables can be searched where the folder is not trusted', () => {
    const decode = contributes.commands.find(({ command }) => command === 'latentLab.decode')!;
    const items = Object.values(contributes.menus).flatMap((menu) => menu.filter(({ command }) => command === 'latentLab.decode'));
    for (const when of [decode.enablement, ...items.map((item) => item.when)]) expect(when ?? '').not.toContain('isWorkspaceTrusted');
  });
});

/** Whether the part of a `when` clause about the item holds for this contextValue. */
function holds(when: string, contextValue: string): boolean {
  const pattern = /viewItem =~ \/(.+?)\/(?: |$)/.exec(when)?.[1];
  const exact = /viewItem == ([\w.]+)/.exec(when)?.[1];
  return pattern === undefined ? exact === contextValue : new RegExp(pattern).test(contextValue);
}

describe('the manifest’s settings, keys and views', () => {
  test('are the settings of the code, with the same defaults', () => {
    const properties = Object.entries(contributes.configuration.properties);
    expect(Object.fromEntries(properties.map(([name, { default: value }]) => [name, value]))).toEqual(
      Object.fromEntries(Object.entries(settingDefaults).map(([name, value]) => [`latentLab.${name}`, value])),
    );
  });

  test('describe themselves, and each of their choices', () => {
    for (const [name, setting] of Object.entries(contributes.configuration.properties)) {
      expect(setting.markdownDescription, name).toMatch(/^%/);
      expect(setting.scope, name).toBeTruthy();
      expect(setting.enumDescriptions?.length, name).toBe(setting.enum?.length);
    }
  });

  test('a setting that names a program counts only where the folder is trusted, and never comes from the folder', () => {
    const paths = Object.keys(contributes.configuration.properties).filter((name) => /path|program|command/i.test(name));
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(paths);
    for (const name of paths) expect(contributes.configuration.properties[name]!.scope).toMatch(/^machine/);
  });

  test('use in conditions only context keys that the code sets, and all of them', () => {
    const used = new Set(conditions.flatMap((when) => [...when.matchAll(/latentLab\.(has\w+)/g)].map((match) => match[1]!)));
    for (const { steps } of contributes.walkthroughs)
      for (const { completionEvents } of steps)
        for (const event of completionEvents) if (event.startsWith('onContext:')) used.add(event.split('.')[1]!);
    expect([...used].sort()).toEqual(Object.keys(runContext([])).sort());
  });

  test('there is one container, with one view, and the code fills it', () => {
    expect(Object.keys(contributes.viewsContainers)).toEqual(['activitybar']);
    expect(contributes.viewsContainers.activitybar!.map(({ id }) => id)).toEqual(Object.keys(contributes.views));
    const views = Object.values(contributes.views).flat();
    expect(views.map(({ id }) => id)).toEqual(['latentLab.runs']);
    expect(hostSource).toContain("createTreeView('latentLab.runs'");
  });

  test('an empty view says what to do: without a folder, without trust, without a disk, without a run', () => {
    const welcomes = contributes.viewsWelcome.filter(({ view }) => view === 'latentLab.runs');
    expect(welcomes).toHaveLength(4);
    for (const { contents } of welcomes) {
      const links = [...words[contents.slice(1, -1)]!.matchAll(/\]\(command:([\w.]+)\)/g)].map((match) => match[1]!);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links.filter((id) => id.startsWith('latentLab.'))) expect(commandNames.map(commandId)).toContain(link);
    }
  });

  test('recorded runs can be viewed where the folder is not trusted', () => {
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
    expect(['limited', false]).toContain(manifest.capabilities.virtualWorkspaces.supported);
    expect(words[manifest.capabilities.untrustedWorkspaces.description.slice(1, -1)]).toBeTruthy();
  });

  test('run folders are neither watched nor searched by VS Code', () => {
    expect(contributes.configurationDefaults).toEqual({
      'files.watcherExclude': { '**/.latent/**': true },
      'search.exclude': { '**/.latent': true },
    });
  });
});

describe('the manifest’s language and walkthrough', () => {
  test('experiments stay VS Code’s own JSON with comments', () => {
    expect(contributes.languages).toEqual([{ id: 'jsonc', filenamePatterns: ['*.latent.jsonc'] }]);
    expect(contributes.jsonValidation).toEqual([{ fileMatch: '*.latent.jsonc', url: './media/experiment.schema.json' }]);
  });

  test('the schema serves completion and hover only: what VS Code would squiggle from it, we say ourselves', () => {
    const schema = JSON.parse(read('media/experiment.schema.json')) as object;
    const forbidden = new Set([
      'required',
      'minimum',
      'maximum',
      'exclusiveMinimum',
      'exclusiveMaximum',
      'minLength',
      'minItems',
      'maxItems',
    ]);
    const found: string[] = [];
    const look = (node: unknown, isProperties: boolean): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (!isProperties && forbidden.has(key)) found.push(key);
        if (!isProperties && key === 'additionalProperties' && value === false) found.push(key);
        look(value, !isProperties && ['properties', '$defs', 'definitions'].includes(key));
      }
    };
    look(schema, false);
    expect(found).toEqual([]);
    expect(schema).toHaveProperty('allowTrailingCommas', true);
  });

  test('each step has an action, an end that VS Code notices, and a picture in the theme’s colours with words for it', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(steps.length).toBeLessThanOrEqual(5);
    for (const { description, completionEvents, media } of steps) {
      expect(words[description.slice(1, -1)]).toMatch(/\]\(command:latentLab\.[\w.]+\)/);
      expect(completionEvents.length).toBeGreaterThan(0);
      for (const event of completionEvents) expect(event).toMatch(/^(onCommand|onContext):latentLab\./);
      expect(words[media.altText.slice(1, -1)]).toBeTruthy();
      expect(read(media.svg)).not.toMatch(/#[0-9a-f]{3,8}"/i);
    }
  });
});
