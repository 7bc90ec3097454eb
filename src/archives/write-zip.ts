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
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const VERSION = 20;
const ZIP64_VERSION = 45;
const UTF8 = 0x0800;
const UNIX = 3 << 8;
const ORDINARY_FILE = 0o100644 << 16;
/** 1 January 1980, the first day there is: the same files make the same zip. */
const DATE = 0x0021;
/** Stands for a size or place that does not fit into 32 bits, and is in a ZIP64 field. */
const ELSEWHERE = 0xffff_ffff;
const MOST_FILES = 0xffff;

/** Bytes of the zip of these files. */
export function zipSize(files: readonly ZipSource[]): number {
  let [offset, central] = [0, 0];
  for (const file of files) {
    central += centralHeader(file, offset).length;
    offset += localHeader(file).length + file.size;
  }
  return offset + central + end(files.length, central, offset).length;
}

/**
 * The files as a zip, stored as they are: weights hardly compress, and so the length is known before (APPNOTE.TXT 6.3.10, 4.3; ZIP64
 * from 4 GiB on, 4.5.3).
 * @throws where a file is no longer as its size and sum say
 */
export async function* writeZip(files: readonly ZipSource[]): AsyncGenerator<Uint8Array> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const local = localHeader(file);
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
    directory.push(centralHeader(file, offset));
    offset += local.length + size;
  }
  const central = Buffer.concat(directory);
  yield Buffer.concat([central, end(files.length, central.length, offset)]);
}

function localHeader(file: ZipSource): Buffer {
  const name = Buffer.from(file.path);
  const extra = file.size < ELSEWHERE ? Buffer.alloc(0) : zip64Field([file.size, file.size]);
  return Buffer.concat([uint32(LOCAL), commonFields(file, name, extra), name, extra]);
}

function centralHeader(file: ZipSource, offset: number): Buffer {
  const name = Buffer.from(file.path);
  const sizes = file.size < ELSEWHERE ? [] : [file.size, file.size];
  const place = offset < ELSEWHERE ? [] : [offset];
  const extra =
    sizes.length + place.length === 0 ? Buffer.alloc(0) : zip64Field([...sizes, ...place]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(ORDINARY_FILE >>> 0, 6);
  rest.writeUInt32LE(Math.min(offset, ELSEWHERE), 10);
  const common = commonFields(file, name, extra);
  return Buffer.concat([
    uint32(CENTRAL),
    uint16(UNIX | versionFor(extra)),
    common,
    rest,
    name,
    extra,
  ]);
}

/** What the local and the central header have in common: 26 bytes. */
function commonFields({ size, crc32: sum }: ZipSource, name: Buffer, extra: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(versionFor(extra), 0);
  fields.writeUInt16LE(UTF8, 2);
  fields.writeUInt16LE(DATE, 8);
  fields.writeUInt32LE(sum, 10);
  fields.writeUInt32LE(Math.min(size, ELSEWHERE), 14);
  fields.writeUInt32LE(Math.min(size, ELSEWHERE), 18);
  fields.writeUInt16LE(name.length, 22);
  fields.writeUInt16LE(extra.length, 24);
  return fields;
}

function versionFor(extra: Buffer): number {
  return extra.length === 0 ? VERSION : ZIP64_VERSION;
}

/** Only what does not stand in the header itself: size, size again as nothing is compressed, place. */
function zip64Field(values: readonly number[]): Buffer {
  return Buffer.concat([uint16(1), uint16(8 * values.length), ...values.map(uint64)]);
}

function end(files: number, centralSize: number, centralAt: number): Buffer {
  const fields = Buffer.alloc(18);
  fields.writeUInt16LE(Math.min(files, MOST_FILES), 4);
  fields.writeUInt16LE(Math.min(files, MOST_FILES), 6);
  fields.writeUInt32LE(Math.min(centralSize, ELSEWHERE), 8);
  fields.writeUInt32LE(Math.min(centralAt, ELSEWHERE), 12);
  const plain = Buffer.concat([uint32(END), fields]);
  if (files < MOST_FILES && centralSize < ELSEWHERE && centralAt < ELSEWHERE) return plain;
  const disks = Buffer.alloc(8);
  const large = Buffer.concat([
    uint32(ZIP64_END),
    uint64(44),
    uint16(UNIX | ZIP64_VERSION),
    uint16(ZIP64_VERSION),
    disks,
    ...[files, files, centralSize, centralAt].map(uint64),
  ]);
  const locator = [uint32(ZIP64_LOCATOR), uint32(0), uint64(centralAt + centralSize), uint32(1)];
  return Buffer.concat([large, ...locator, plain]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
