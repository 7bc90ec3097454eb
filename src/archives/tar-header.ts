const NUL = /\0.*$/s;

/** One block of 512 bytes that announces an entry. */
export interface TarHeader {
  readonly name: string;
  readonly bytes: number;
  /** '0' file, '5' folder, '1' and '2' links, 'x' and 'g' attributes, 'L' a long name, … */
  readonly type: string;
}

/** POSIX ustar and GNU. @returns null where the checksum is not that of a header */
export function readTarHeader(block: Buffer): TarHeader | null {
  if (checksumOf(block) !== octal(block.subarray(148, 156))) return null;
  const bytes = sizeOf(block.subarray(124, 136));
  if (bytes === null) return null;
  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? text(block.subarray(345, 500)) : '';
  const name = text(block.subarray(0, 100));
  const type = String.fromCharCode(block[156]!).replace('\0', '0');
  return { name: prefix === '' ? name : `${prefix}/${name}`, bytes, type };
}

/** The attributes 'path' and 'size' of a pax record list. @returns null where it is malformed */
export function readPaxAttributes(bytes: Buffer): { path?: string; size?: number } | null {
  const found: { path?: string; size?: number } = {};
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const length = blank === -1 ? 0 : Number(bytes.toString('latin1', at, blank));
    const end = at + length;
    if (
      !Number.isInteger(length) ||
      end <= blank + 1 ||
      end > bytes.length ||
      bytes[end - 1] !== 0x0a
    )
      return null;
    const record = bytes.toString('utf8', blank + 1, end - 1);
    const equals = record.indexOf('=');
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
    if (key === 'path') found.path = value;
    if (key === 'size') {
      found.size = Number(value);
      if (!/^\d+$/.test(value) || !Number.isSafeInteger(found.size)) return null;
    }
    at = end;
  }
  return found;
}

export function text(bytes: Buffer): string {
  return bytes.toString('utf8').replace(NUL, '');
}

function checksumOf(block: Buffer): number {
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 0x20 : block[i]!;
  return sum;
}

function octal(bytes: Buffer): number | null {
  const digits = bytes.toString('latin1').replace(NUL, '').trim();
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

/** In octal, or GNU's binary for what is larger than 8 GiB. */
function sizeOf(bytes: Buffer): number | null {
  if (bytes[0] !== 0x80) return bytes[0] === 0 ? 0 : octal(bytes);
  const size = bytes.readBigUInt64BE(4);
  return size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : null;
}
