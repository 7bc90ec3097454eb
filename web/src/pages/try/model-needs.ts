import type { TryNeedsQuery } from './try.generated.ts';
import type { TryInput } from './use-predictions.ts';

interface Needs {
  photo: boolean;
  caption: boolean;
}

/** What a version cannot do without; null where it is not known, as of an imported bundle. */
export function needsOf(version: TryNeedsQuery['modelVersion']): Needs | null {
  if (!version || version.runs.length === 0) return null;
  // Where one may be dropped, something learned stands in for it.
  const strict = version.runs
    .map(({ config: { fusion } }) => fusion)
    .filter(({ modalityDropout }) => !modalityDropout);
  return {
    photo: strict.some(({ kind }) => kind !== 'TEXT_ONLY'),
    caption: strict.some(({ kind }) => kind !== 'IMAGE_ONLY'),
  };
}

export function sayNeeds({ photo, caption }: Needs): string {
  if (photo && caption) return 'takes a photo and a caption together';
  if (photo) return 'takes a photo';
  return caption ? 'takes a caption' : 'takes a photo, a caption or both';
}

/** What has to be added before such a version can predict; null for nothing. */
export function missingOf(needs: Needs, { text, image }: TryInput): string | null {
  if (needs.photo && image === null) return 'add a photo';
  return needs.caption && text.trim() === '' ? 'add a caption' : null;
}
