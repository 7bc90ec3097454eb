import type { PublishedVersion } from '../db/publish.queries.js';
import { samplesNotAsSeen } from '../db/samples.queries.js';
import type { Tx } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { SampleEdit } from './check-sample-edits.js';
import { quoted } from './listed-paths.js';
import { isId } from './parse-id.js';

/** How many samples a refusal names. */
const NAMED = 5;

/**
 * Refuses edits of samples that are not what the edits are based on any more: nobody overwrites what they have not seen.
 * @throws CONFLICT naming the samples; BAD_USER_INPUT for a base that is not the edit's sample in any version
 */
export async function checkBases(
  tx: Tx,
  latest: PublishedVersion,
  edits: readonly SampleEdit[],
): Promise<void> {
  const seen = edits.flatMap(({ key, basedOn }) => {
    if (basedOn == null) return [];
    if (!isId(basedOn)) throw notItsSample(key);
    return [{ key, id: basedOn.toLowerCase() }];
  });
  if (seen.length === 0) return;
  const others = await samplesNotAsSeen(tx, latest.versionId, seen);
  const strange = others.find(({ why }) => why === 'NEVER_THERE');
  if (strange) throw notItsSample(strange.key);
  if (others.length === 0) return;
  const named = others
    .slice(0, NAMED)
    .map(({ key, why }) => `${quoted(key)} ${why === 'REMOVED' ? 'is removed' : 'has changed'}`);
  const more = others.length > NAMED ? `, and ${others.length - NAMED} more` : '';
  throw new ClipwrightError(
    'CONFLICT',
    `The latest version, ${latest.number}, is not what was edited: ${named.join(', ')}${more}. ` +
      'Nothing is saved: look at that version, and edit it there.',
  );
}

function notItsSample(key: string): ClipwrightError {
  return badUserInput(
    `expected \`basedOn\` to be an id of the sample ${quoted(key)} in a version of the dataset`,
  );
}
