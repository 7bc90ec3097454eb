import { readFileSync } from 'node:fs';
import { arch } from 'node:process';

/** Instructions that add products of 8 bits in 32 bits, as Linux names them. */
const EXACT = ['avx512_vnni', 'avx_vnni', 'avx_vnni_int8', 'amx_int8'];

/**
 * Whether this CPU's quickest products of unsigned with signed bytes may be wrong: x64 without VNNI adds two of them in 16
 * bits, which 255 * 127 * 2 does not fit. Where the CPU cannot be asked (no Linux) they count as such.
 */
export function int8SumsOverflow(): boolean {
  if (arch !== 'x64') return false;
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
    return !EXACT.some((name) => flags.split(' ').includes(name));
  } catch {
    return true;
  }
}
