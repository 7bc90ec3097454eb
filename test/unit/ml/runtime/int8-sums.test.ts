import { expect, it } from 'vitest';
import { int8SumsOverflow } from '../../../../src/ml/runtime/int8-sums.js';

it.each<[string, string, string | null, boolean]>([
  ['a Xeon with VNNI', 'x64', 'flags\t\t: fpu avx2 avx512f avx512_vnni amx_int8\n', false],
  ['a desktop with AVX-VNNI alone', 'x64', 'processor\t: 0\nflags\t\t: avx2 avx_vnni\n', false],
  ['an older CPU', 'x64', 'flags\t\t: fpu avx2 avx512f\nbugs\t\t: avx512_vnni\n', true],
  ['x64 that cannot be asked', 'x64', null, true],
  ['ARM, whose sums are 32 bits', 'arm64', null, false],
])('sums of INT8 on %s', (_, arch, cpuinfo, overflow) => {
  expect(int8SumsOverflow(arch, cpuinfo)).toBe(overflow);
});
