/** Every setting of the manifest, without its prefix, with the type of its value. */
export interface Settings {
  engine: 'auto' | 'compiled' | 'tensorflow' | 'wasm';
  keepTraining: boolean;
  maxParallel: number;
  nodePath: string;
}

/** The defaults that the manifest shows. */
export const settingDefaults: Settings = { engine: 'auto', keepTraining: false, maxParallel: 2, nodePath: '' };
