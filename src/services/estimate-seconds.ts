/** What finished runs of one kind of head on data of one size took. */
export interface KnownPace {
  head: string;
  samples: number;
  /** mean over their epochs */
  secondsPerEpoch: number;
  runs: number;
}

/** Sizes within this factor of each other are similar: time then grows about as the number of samples does. */
const SIMILAR = 4;

/**
 * Seconds that these trainings take one after the other, every epoch counted, from runs on data of similar size: of the
 * same kind of head where there are some, otherwise of any.
 * @returns null where nothing similar has been run
 */
export function estimateSeconds(
  trainings: readonly { head: string; epochs: number }[],
  samples: number,
  known: readonly KnownPace[],
): number | null {
  const similar = known.filter(
    (pace) =>
      pace.samples > 0 && Math.max(pace.samples / samples, samples / pace.samples) <= SIMILAR,
  );
  if (similar.length === 0 && trainings.length > 0) return null;
  let seconds = 0;
  for (const { head, epochs } of trainings) {
    const same = similar.filter((pace) => pace.head === head);
    seconds += epochs * samples * secondsPerSample(same.length > 0 ? same : similar);
  }
  return seconds;
}

function secondsPerSample(paces: readonly KnownPace[]): number {
  let seconds = 0;
  let runs = 0;
  for (const pace of paces) {
    seconds += (pace.runs * pace.secondsPerEpoch) / pace.samples;
    runs += pace.runs;
  }
  return seconds / runs;
}
