// Writes media/experiment.schema.json from the schema that reads experiments. Use: node test/unit/experiment/writeSchema.mjs
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { outputFiles } = await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['src/experiment/jsonSchema.ts'],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});
const { experimentJsonSchemaText } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
writeFileSync(`${root}/media/experiment.schema.json`, experimentJsonSchemaText());
