import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The product's media folder, beside the folder of the bundle. @throws Error when the installation is incomplete */
export function mediaFolder(): string {
  const folder = join(__dirname, '..', 'media');
  if (!existsSync(folder)) throw new Error(`the installation is incomplete: ${folder} is missing`);
  return folder;
}
