/** The files in an archive. A path here is a name for people and tables; it is never a path of the file system. */
export interface Archive {
  /** '/' between the names, in no particular order */
  readonly paths: readonly string[];
  /** entries that are neither files nor folders: links and devices */
  readonly leftOut: number;
  /** in bytes, unpacked */
  size(path: string): number;
  /** @throws ArchiveEntryError where the entry is damaged */
  stream(path: string): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** An entry that cannot be read; the message is fit for a rejected row. */
export class ArchiveEntryError extends Error {
  override name = 'ArchiveEntryError';
}

export interface ArchiveLimits {
  readonly entries: number;
  /** of all files together, unpacked */
  readonly bytes: number;
}
