/** The SHA-256 of some bytes, 64 lower-case hexadecimal digits. */
export type Sha256 = string & { readonly __sha256: unique symbol };

/**
 * Immutable files named by their content. A file is complete and on disk (synced, its directory too) before `put`
 * resolves, so a database row written afterwards never points at nothing.
 */
export interface BlobStore {
  put(bytes: Uint8Array): Promise<Sha256>;
  /** Several at once, with fewer directory syncs; the order of the result is that of the input. */
  putMany(items: readonly Uint8Array[]): Promise<Sha256[]>;
  /** Takes over a finished temporary file made under `temporaryPath()`, without reading it into memory. */
  adopt(temporaryPath: string): Promise<Sha256>;
  temporaryPath(): Promise<string>;
  has(sha256: Sha256): Promise<boolean>;
  read(sha256: Sha256): Promise<Buffer>;
  /** The local path of a stored file. Only a digest can be turned into a path, never a client's string. */
  path(sha256: Sha256): string;
  /** @returns bytes freed; 0 where there was no such file */
  remove(sha256: Sha256): Promise<number>;
}
