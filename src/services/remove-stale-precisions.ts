import type { LocalEncoders } from './local-encoders.js';
import type { VariantStore } from './variant-store.js';

/**
 * Removes what was made and measured of encoders that are gone or have changed since. Nothing is removed while an encoder's folder
 * is faulty: it may be as it was before soon, and its towers take long to make.
 */
export async function removeStalePrecisions({
  encoders,
  store,
}: {
  encoders: Pick<LocalEncoders, 'found'>;
  store: VariantStore;
}): Promise<void> {
  // Reading an encoder for the first time takes seconds for each gigabyte.
  if ((await store.revisions()).length === 0) return;
  const current = new Set<string>();
  for (const encoder of await encoders.found()) {
    if (encoder.status === 'FAILED') return;
    for (const { revision } of encoder.variants) current.add(revision);
    current.add((await store.quantised(encoder.description)).revision);
  }
  await store.removeOthers(current);
}
