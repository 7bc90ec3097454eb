import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { type Archive, ArchiveEntryError, type ArchiveLimits } from './archive.js';
import { Listing } from './listing.js';

const KIND = 0o170000;
const FILE = 0o100000;
const FOLDER = 0o040000;

/**
 * A zip, read in place: its directory is read once, and each file when it is asked for, no further than it says that it is
 * large. What a file says of itself twice, size and CRC-32, has to be true.
 * @throws BAD_USER_INPUT
 */
export async function openZip(
  path: string,
  limits: ArchiveLimits,
  signal?: AbortSignal,
): Promise<Archive> {
  let zip: ZipFile | undefined;
  try {
    // Names are decoded and checked here, so that the message says what to do.
    zip = await openPromise(path, { autoClose: false, lazyEntries: true, decodeStrings: false });
    const listing = new Listing<Entry>(limits);
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted();
      listing.count(entry.uncompressedSize);
      const name = getFileNameLowLevel(
        entry.generalPurposeBitFlag,
        entry.fileNameRaw,
        entry.extraFields,
        false,
      );
      if (name.endsWith('/')) continue;
      const kind = (entry.externalFileAttributes >>> 16) & KIND;
      if (kind !== 0 && kind !== FILE && kind !== FOLDER) {
        listing.leftOut++;
        continue;
      }
      if (!entry.canDecodeFileData()) throw undecodable(entry, name);
      listing.add(name, withoutTexts(entry));
    }
    return new ZipArchive(zip, listing.files, listing.leftOut);
  } catch (error) {
    zip?.close();
    if (error instanceof ClipwrightError || signal?.aborted) throw error;
    throw badUserInput(`The zip cannot be read: ${(error as Error).message.slice(0, 200)}.`);
  }
}

/** Without names, comments and extra fields, of which an archive may have 192 KiB an entry: opening it takes none of them. */
function withoutTexts(entry: Entry): Entry {
  const none = Buffer.alloc(0);
  const [fileNameRaw, extraFieldRaw, fileCommentRaw] = [none, none, none];
  const [fileName, fileComment, comment] = ['', '', ''];
  const extraFields: Entry['extraFields'] = [];
  const texts = { fileNameRaw, extraFieldRaw, fileCommentRaw, fileName, fileComment, comment };
  return Object.assign(entry, texts, { extraFields });
}

function undecodable(entry: Entry, fileName: string): ClipwrightError {
  const name = JSON.stringify(fileName.slice(0, 200));
  return badUserInput(
    entry.isEncrypted()
      ? `The zip is encrypted (${name}): pack it again without a password.`
      : `The zip packs ${name} by method ${entry.compressionMethod}: pack it again with 'deflate' or 'store'.`,
  );
}

class ZipArchive implements Archive {
  readonly paths: readonly string[];

  constructor(
    private readonly zip: ZipFile,
    private readonly files: ReadonlyMap<string, Entry>,
    readonly leftOut: number,
  ) {
    this.paths = [...files.keys()];
  }

  size(path: string): number {
    return this.#entry(path).uncompressedSize;
  }

  async *stream(path: string): AsyncIterable<Buffer> {
    const entry = this.#entry(path);
    let stream: Readable | undefined;
    let crc = 0;
    try {
      stream = await this.zip.openReadStreamPromise(entry);
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        crc = crc32(chunk, crc);
        yield chunk;
      }
    } catch (error) {
      throw new ArchiveEntryError(
        `it cannot be unpacked (${(error as Error).message.slice(0, 200)})`,
      );
    } finally {
      stream?.destroy();
    }
    if (crc !== entry.crc32)
      throw new ArchiveEntryError('its checksum is wrong: the archive is damaged');
  }

  async close(): Promise<void> {
    this.zip.close();
  }

  #entry(path: string): Entry {
    const entry = this.files.get(path);
    if (!entry) throw new ArchiveEntryError('the file is not in the archive');
    return entry;
  }
}
