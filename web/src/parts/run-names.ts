/** Tells a run from others of its name: the end of its id, as its address ends. */
export function shortId(id: string): string {
  return id.slice(-6);
}

/** Runs that are shown together; those of one name are called by their short ids too. */
export function distinctNames<TRun extends { id: string; name: string }>(
  runs: readonly TRun[],
): readonly TRun[] {
  const once = new Set<string>();
  const repeated = new Set<string>();
  for (const { name } of runs) (once.has(name) ? repeated : once).add(name);
  if (repeated.size === 0) return runs;
  return runs.map((run) =>
    repeated.has(run.name) ? { ...run, name: `${run.name} · ${shortId(run.id)}` } : run,
  );
}
