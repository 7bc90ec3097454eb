import type { Database } from '../db/database.js';
import {
  latestVersionByName,
  lockDatasetName,
  lockPublishedDataset,
  type PublishedVersion,
  publishedName,
} from '../db/publish.queries.js';
import { missingKeys } from '../db/samples.queries.js';
import type { Tx } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { checkBases } from './check-bases.js';
import { checkSampleEdits, type NewLabel, type SampleEdit } from './check-sample-edits.js';
import { insertPlanned } from './insert-planned.js';
import { parseId } from './parse-id.js';
import { planVersion } from './plan-version.js';

const MAX_NOTE = 10_000;
/** Samples that were there keep their splits, so nothing is drawn. */
const NO_SPLIT = { validation: 0, test: 0, seed: 1, order: 1, keepTogether: 'NOTHING' } as const;

export interface EditSamplesInput {
  datasetId: string;
  edits: readonly SampleEdit[];
  newLabels?: readonly NewLabel[] | null;
  note?: string | null;
}

/**
 * Makes the next version of a dataset by changing samples of the latest one. Edits of several people follow one another:
 * each changes only what it names, and where it says on what it is based, only a sample that is still so. The note says
 * what changed where none is given.
 * @returns the id of the new version, or of the latest one where nothing differs
 * @throws NOT_FOUND, BAD_USER_INPUT, CONFLICT
 */
export async function editSamples(
  deps: { db: Database },
  input: EditSamplesInput,
): Promise<string> {
  const note = checkNote(input.note);
  const datasetId = parseId(input.datasetId, 'dataset');
  return deps.db.transaction(async (tx) => {
    const before = await lockLatest(tx, datasetId);
    const newLabels = input.newLabels ?? [];
    const changes = checkSampleEdits(input.edits, newLabels, before.labels);
    await checkBases(tx, before, input.edits);
    const [missing] = await missingKeys(tx, before.versionId, [...changes.keys()]);
    if (missing !== undefined) {
      throw badUserInput(
        `expected keys of samples of version ${before.number} in \`edits\` but received ${JSON.stringify(missing.slice(0, 200))}`,
      );
    }
    const planning = {
      jobId: null,
      before,
      append: true,
      changes,
      labelKeys: new Set(newLabels.map(({ key }) => key)),
      labelNames: new Map(newLabels.map(({ key, name }) => [key, name])),
      split: NO_SPLIT,
    };
    const plan = await planVersion(tx, planning);
    if (plan.digest.equals(before.digest)) return before.versionId;
    if (plan.splits.length === 0) {
      throw badUserInput(
        'expected `edits` to leave at least one sample: delete the dataset instead',
      );
    }
    return insertPlanned(tx, planning, plan, {
      datasetId,
      description: null,
      note: note ?? plan.difference.toString(),
    });
  });
}

/** Of all that publish under one name only one is between looking and writing; and the dataset stays while the transaction lasts. */
async function lockLatest(tx: Tx, datasetId: string): Promise<PublishedVersion> {
  const name = await publishedName(tx, datasetId);
  if (name !== undefined) {
    await lockDatasetName(tx, name);
    const held = await lockPublishedDataset(tx, name);
    const latest = await latestVersionByName(tx, name);
    if (held === datasetId && latest?.datasetId === datasetId) return latest;
  }
  throw new ClipwrightError('NOT_FOUND', 'There is no dataset with this id that has a version.');
}

function checkNote(note: string | null | undefined): string | null {
  if (note == null || note.trim() === '') return null;
  if (note.length > MAX_NOTE || /\0|\p{Surrogate}/u.test(note)) {
    throw badUserInput(`expected at most ${MAX_NOTE} characters of text for \`note\``);
  }
  return note;
}
