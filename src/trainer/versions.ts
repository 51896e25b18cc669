import manifest from '../../package.json' with { type: 'json' };

/** Versions that a run's numbers may depend on. */
export function versions(): Record<string, string> {
  return { latentLab: manifest.version, tensorflow: manifest.dependencies['@tensorflow/tfjs-core'], node: process.versions.node };
}
