/**
 * For events, of which many may come at once: asks at the first, and once more where others came while it asked, as that
 * answer may not know of them.
 */
export function askAgain(ask: () => Promise<unknown>): () => void {
  let isAsking = false;
  let isDue = false;
  return async () => {
    isDue = true;
    if (isAsking) return;
    isAsking = true;
    while (isDue) {
      isDue = false;
      // Whoever shows the answer shows what went wrong.
      await ask().catch(() => {});
    }
    isAsking = false;
  };
}
