import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content?: Uint8Array | string;
  /** of Unix, such as 0o120777 for a link */
  readonly mode?: number;
  /** bytes of an extra field in the directory */
  readonly extra?: number;
  /** said to be larger than it is, or of another sum */
  readonly lies?: { size?: number; crc?: number; encrypted?: boolean; method?: number };
}

/** A zip as the specification has it, or as somebody hostile would write it. */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', mode = 0o100644, extra = 0, lies = {} } of entries) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const fileName = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800 | (lies.encrypted ? 1 : 0), 2);
    common.writeUInt16LE(lies.method ?? 8, 4);
    common.writeUInt32LE(lies.crc ?? crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(lies.size ?? bytes.length, 18);
    common.writeUInt16LE(fileName.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, fileName, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const made = Buffer.from([20, 3]); // by Unix
    const directoryFields = Buffer.from(common);
    directoryFields.writeUInt16LE(extra, 24);
    directory.push(
      Buffer.from('PK\x01\x02', 'latin1'),
      ...[made, directoryFields, rest, fileName, extraField(extra)],
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

/** Of a kind that nobody knows. */
function extraField(bytes: number): Buffer {
  const field = Buffer.alloc(bytes);
  if (bytes > 0) field.writeUInt16LE(0x7777, 0);
  if (bytes > 0) field.writeUInt16LE(bytes - 4, 2);
  return field;
}

export interface TarEntry {
  readonly name: string;
  readonly content?: Uint8Array | string;
  readonly type?: string;
  /** instead of the content's own */
  readonly size?: number;
}

/** A POSIX tar; names longer than 100 bytes as GNU writes them. */
export function makeTar(entries: readonly TarEntry[]): Buffer {
  const blocks: Buffer[] = [];
  for (const { name, content = '', type = '0', size } of entries) {
    const bytes = Buffer.from(content);
    if (Buffer.byteLength(name) > 100) {
      const long = Buffer.from(`${name}\0`);
      blocks.push(tarHeader('././@LongLink', long.length, 'L'), padded(long));
    }
    blocks.push(tarHeader(name.slice(0, 100), size ?? bytes.length, type), padded(bytes));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function tarHeader(name: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write(type, 156);
  block.write('ustar\0' + '00', 257);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
