import { crc32 } from 'node:zlib';

/** A file of a zip that is to be written. */
export interface ZipSource {
  /** '/' between the names */
  readonly path: string;
  readonly size: number;
  readonly crc32: number;
  /** its bytes, `size` of them */
  open(): AsyncIterable<Uint8Array>;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8 = 0x0800;
const UNIX = 3 << 8;
const ORDINARY_FILE = 0o100644 << 16;
/** 1 January 1980, the first day there is: the same files make the same zip. */
const DATE = 0x0021;
/** More takes ZIP64, which is not written here. */
const MOST = 0xffff_ffff;

/**
 * Bytes of the zip of these files.
 * @throws RangeError from 4 GiB on
 */
export function zipSize(files: readonly ZipSource[]): number {
  const size = files.reduce(
    (sum, { path, size }) => sum + 30 + 46 + 2 * Buffer.byteLength(path) + size,
    22,
  );
  if (size > MOST || files.length > 0xffff) {
    throw new RangeError(`a zip of ${size} bytes would need ZIP64`);
  }
  return size;
}

/**
 * The files as a zip, stored as they are: weights hardly compress, and so the length is known before (APPNOTE.TXT 6.3.10, 4.3).
 * @throws where a file is no longer as its size and sum say
 */
export async function* writeZip(files: readonly ZipSource[]): AsyncGenerator<Uint8Array> {
  zipSize(files);
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.path);
    const common = commonFields(file, name.length);
    const local = Buffer.concat([uint32(LOCAL), common, name]);
    yield local;
    let [size, sum] = [0, 0];
    for await (const bytes of file.open()) {
      size += bytes.length;
      sum = crc32(bytes, sum);
      yield bytes;
    }
    if (size !== file.size || sum !== file.crc32) {
      throw new Error(`${file.path} changed while it was packed`);
    }
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(ORDINARY_FILE >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const made = Buffer.alloc(2);
    made.writeUInt16LE(UNIX | VERSION);
    directory.push(Buffer.concat([uint32(CENTRAL), made, common, rest, name]));
    offset += local.length + size;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  yield Buffer.concat([central, uint32(END), end]);
}

/** What the local and the central header have in common: 26 bytes. */
function commonFields({ size, crc32: sum }: ZipSource, nameLength: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(UTF8, 2);
  fields.writeUInt16LE(DATE, 8);
  fields.writeUInt32LE(sum, 10);
  fields.writeUInt32LE(size, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(nameLength, 22);
  return fields;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
