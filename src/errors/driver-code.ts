interface Thrown {
  readonly code?: unknown;
  readonly meta?: {
    readonly driverAdapterError?: { readonly cause?: { readonly originalCode?: unknown } };
  };
}

/** The code that the system or PostgreSQL gave an error. Prisma has codes of its own, and keeps PostgreSQL's beside them. */
export function driverCode(error: Error): unknown {
  const { code, meta } = error as Thrown;
  return meta?.driverAdapterError?.cause?.originalCode ?? code;
}
