import manifest from '../../package.json' with { type: 'json' };

/** Versions that a run's numbers may depend on. */
export function versions(): Record<string, string> {
  const { dependencies } = manifest;
  return {
    latentLab: manifest.version,
    tensorflow: dependencies['@tensorflow/tfjs-core'],
    onnxruntime: dependencies['onnxruntime-node'],
    node: process.versions.node,
  };
}
