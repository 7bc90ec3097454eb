import { type FileHandle, open } from 'node:fs/promises';
import { ProtoFile } from '../proto-file.js';

/** A model that is read to be rewritten. */
export interface ModelFiles {
  readonly proto: ProtoFile;
  readonly graph: FileHandle;
  /** Weights outside: `<graph>_data`. */
  readonly data: FileHandle | undefined;
}

/** Opens a model's files for as long as they are used. */
export async function withModelFiles<T>(
  path: string,
  use: (files: ModelFiles) => Promise<T>,
): Promise<T> {
  const opened: { close(): Promise<void> }[] = [];
  const kept = <F extends { close(): Promise<void> }>(file: F): F => {
    opened.push(file);
    return file;
  };
  try {
    const proto = kept(await ProtoFile.open(path));
    const graph = kept(await open(path, 'r'));
    const data = await open(`${path}_data`, 'r').then(kept, (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return await use({ proto, graph, data });
  } finally {
    await Promise.all(opened.map((file) => file.close()));
  }
}
