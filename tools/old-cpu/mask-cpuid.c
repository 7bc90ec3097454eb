/*
 * Preloaded, hides AVX-512, VNNI and AMX from a program that asks by CPUID, as ONNX Runtime does: how INT8 is added on an older CPU
 * can so be tried on a newer one. Linux on an Intel CPU with CPUID faulting (`cpuid_fault` in /proc/cpuinfo):
 *
 *   gcc -O2 -shared -fPIC -o /tmp/mask-cpuid.so tools/old-cpu/mask-cpuid.c -ldl
 *   LD_PRELOAD=/tmp/mask-cpuid.so node_modules/.bin/vitest run --project ort
 *
 * The kernel then sends SIGSEGV for every CPUID (man 2 arch_prctl). Node sets a handler of its own for that signal, for WebAssembly:
 * it is kept behind ours.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <cpuid.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static struct sigaction behind;

static int (*real_sigaction(void))(int, const struct sigaction *, struct sigaction *) {
  return (int (*)(int, const struct sigaction *, struct sigaction *))dlsym(RTLD_NEXT, "sigaction");
}

static int allow_cpuid(int allowed) { return syscall(SYS_arch_prctl, ARCH_SET_CPUID, allowed); }

/* Bits by Intel's manual, volume 2A, CPUID, leaf 7. */
static void mask(unsigned leaf, unsigned subleaf, unsigned *a, unsigned *b, unsigned *c, unsigned *d) {
  if (leaf != 7) return;
  if (subleaf > 0) {
    *a &= ~(1u << 4 | 1u << 5); /* AVX-VNNI, AVX512-BF16 */
    *d = 0;                     /* AVX-VNNI-INT8 and newer */
    return;
  }
  *b &= ~(1u << 16 | 1u << 17 | 1u << 21 | 1u << 28 | 1u << 30 | 1u << 31); /* AVX-512 F, DQ, IFMA, CD, BW, VL */
  *c &= ~(1u << 1 | 1u << 6 | 1u << 11 | 1u << 12 | 1u << 14);             /* AVX-512 VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ */
  *d &= ~(1u << 22 | 1u << 23 | 1u << 24 | 1u << 25);                      /* AMX, AVX-512 FP16 */
}

static void on_fault(int number, siginfo_t *info, void *context) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  const unsigned char *code = (const unsigned char *)registers[REG_RIP];
  if (info->si_code == SI_KERNEL && code[0] == 0x0f && code[1] == 0xa2) {
    unsigned leaf = registers[REG_RAX], subleaf = registers[REG_RCX], a, b, c, d;
    allow_cpuid(1);
    __cpuid_count(leaf, subleaf, a, b, c, d);
    allow_cpuid(0);
    mask(leaf, subleaf, &a, &b, &c, &d);
    registers[REG_RAX] = a;
    registers[REG_RBX] = b;
    registers[REG_RCX] = c;
    registers[REG_RDX] = d;
    registers[REG_RIP] += 2;
    return;
  }
  if (behind.sa_flags & SA_SIGINFO) {
    behind.sa_sigaction(number, info, context);
    return;
  }
  struct sigaction standard = {.sa_handler = SIG_DFL};
  real_sigaction()(SIGSEGV, &standard, NULL);
}

int sigaction(int number, const struct sigaction *wanted, struct sigaction *previous) {
  if (number != SIGSEGV) return real_sigaction()(number, wanted, previous);
  if (previous) *previous = behind;
  if (wanted) behind = *wanted;
  return 0;
}

__attribute__((constructor)) static void begin(void) {
  struct sigaction ours = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
  real_sigaction()(SIGSEGV, &ours, NULL);
  if (allow_cpuid(0)) perror("CPUID cannot be hidden here");
}
