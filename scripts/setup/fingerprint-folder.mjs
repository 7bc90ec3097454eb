import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** By names, sizes and times: reading the contents would take longer than the rest of the set-up. */
export function fingerprintFolder(hash, folder, isSource = () => true) {
  for (const entry of readdirSync(folder, { recursive: true }).sort()) {
    const found = statSync(join(folder, entry), { throwIfNoEntry: false });
    if (found?.isFile() && isSource(entry)) {
      hash.update(`${entry}\0${found.size}\0${found.mtimeMs}\0`);
    }
  }
}
