/**
 * What the C library (glibc 2.35 and later) of a training process is told: not to keep an arena for each thread, and to ask
 * for huge pages, since an optimizer's passes over megabytes otherwise wait for the page table.
 */
export const TRAINING_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '2',
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
} as const;
