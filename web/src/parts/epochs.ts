/** Of epochs that events have told of, those that come after all in the history, in their order and once each. */
export function epochsAfter<TEpoch extends { epoch: number }>(
  history: readonly { epoch: number }[],
  told: readonly TEpoch[],
): TEpoch[] {
  let last = history.at(-1)?.epoch ?? 0;
  return told
    .toSorted((a, b) => a.epoch - b.epoch)
    .filter(({ epoch }) => {
      const isLater = epoch > last;
      if (isLater) last = epoch;
      return isLater;
    });
}
