import { readFileSync } from 'node:fs';

/** Instructions that add products of 8 bits in 32 bits, as Linux names them. */
const EXACT = ['avx512_vnni', 'avx_vnni', 'avx_vnni_int8', 'amx_int8'];

/**
 * Whether a CPU's quickest sums of products of unsigned with signed bytes may be wrong: x64 without VNNI adds two of them in
 * 16 bits, which 255 * 127 * 2 does not fit.
 * @param cpuinfo what /proc/cpuinfo says; null where there is none, and the worst counts
 */
export function int8SumsOverflow(arch: string, cpuinfo: string | null): boolean {
  if (arch !== 'x64') return false;
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo ?? '')?.[1]?.split(' ') ?? [];
  return !EXACT.some((name) => flags.includes(name));
}

export function readCpuinfo(): string | null {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return null;
  }
}
