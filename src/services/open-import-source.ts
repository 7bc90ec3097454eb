import type { ArchiveLimits } from '../archives/archive.js';
import { openArchiveSource } from './archive-source.js';
import { resolveImportDirectory } from './import-directory.js';
import type { ImportSettings } from './import-input.js';
import type { ImportSource } from './import-source.js';
import { listImportDirectory } from './list-directory.js';

export interface ImportSourceDeps {
  importRoots: readonly string[];
  /** the file of a received upload */
  uploadPath(id: string, argument: string): Promise<string>;
  limits: ArchiveLimits;
}

/**
 * The listing of a directory below an import root, or of an uploaded archive. Whoever opens it closes it.
 * @throws BAD_USER_INPUT, PAYLOAD_TOO_LARGE
 */
export async function openImportSource(
  deps: ImportSourceDeps,
  { directory, uploadId }: ImportSettings['source'],
  signal?: AbortSignal,
): Promise<ImportSource> {
  if (uploadId !== null) {
    const path = await deps.uploadPath(uploadId, 'source.uploadId');
    return openArchiveSource(path, deps.limits, signal);
  }
  const where = await resolveImportDirectory(deps.importRoots, directory!);
  return listImportDirectory(where, {
    maxEntries: deps.limits.entries,
    ...(signal && { signal }),
  });
}
