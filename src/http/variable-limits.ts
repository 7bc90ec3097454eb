const MAX_DEPTH = 20;
/** Half of a surrogate pair would be stored as another character than was sent. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * What is wrong with a client's variables, or null; looks at no more of them than the limit allows, before graphql-js
 * looks at all.
 */
export function variablesProblem(variables: unknown, limit: number): string | null {
  let open: { value: unknown; depth: number }[] = [{ value: variables, depth: 0 }];
  let seen = 0;
  while (open.length > 0) {
    const next: typeof open = [];
    for (const { value, depth } of open) {
      if (typeof value === 'string' && value.includes('\0')) {
        return 'expected text without NUL characters in the variables';
      }
      if (typeof value === 'string' && LONE_SURROGATE.test(value)) {
        return 'expected text without halves of surrogate pairs in the variables';
      }
      if (typeof value !== 'object' || value === null) continue;
      if (depth >= MAX_DEPTH) return `expected variables nested at most ${MAX_DEPTH} deep`;
      const children: unknown[] = Array.isArray(value) ? value : Object.values(value);
      seen += children.length;
      if (seen > limit) return `expected at most ${limit} values in the variables`;
      for (const child of children) next.push({ value: child, depth: depth + 1 });
    }
    open = next;
  }
  return null;
}
