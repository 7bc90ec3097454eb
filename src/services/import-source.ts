import { badUserInput } from '../errors/bad-user-input.js';

/**
 * The files of a source. A path here is an entry of the listing, made of names that the file system gave: what a client or
 * a table says is looked up among them and never becomes a path itself.
 */
export interface ImportSource {
  /** relative to the source, '/' between the names, in no particular order */
  readonly paths: readonly string[];
  /** entries that were not listed because they are links out of the source, or no files at all */
  readonly leftOut: number;
  /** @throws SourceFileError where the file cannot be read (any more) */
  stream(path: string): AsyncIterable<Buffer>;
  /** @throws SourceFileError also where the file is larger */
  read(path: string, maxBytes: number): Promise<Buffer>;
  /** Whoever opened the source closes it. */
  close(): Promise<void>;
}

/** A file of the listing that cannot be read; the message is fit for a rejected row. */
export class SourceFileError extends Error {
  override name = 'SourceFileError';
}

/** Images are rejected row by row; what cannot be read otherwise is the table. */
export function unreadableTable(error: unknown): never {
  if (!(error instanceof SourceFileError)) throw error;
  throw badUserInput(`The table cannot be read: ${error.message}.`);
}

/** In words that tell nothing about the server's folders. */
export function whyUnreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'it is no longer there';
  if (code === 'EACCES' || code === 'EPERM') return 'the server may not read it';
  if (code === 'ELOOP' || code === 'EMLINK') return 'it has become a link';
  return `it cannot be read (${code ?? 'unknown error'})`;
}
