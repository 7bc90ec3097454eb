import type { SetOfExperiment } from '../db/experiment-lifecycle.queries.js';
import type { Tx } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { chooseEncoder, type PrecisionChoice } from './choose-encoder.js';
import { continueEmbeddingSet, type EnsuredSet, ensureEmbeddingSet } from './embed-dataset.js';
import type { EncoderSource, UsableEncoder } from './encoder-source.js';

/** A value of the axis of encoders, as a client gives it. */
export interface EncoderChoice {
  encoderId: string;
  precision?: PrecisionChoice | null;
}

/** Each is embedded with before the first run. */
const MAX_ENCODERS = 16;

/** One encoder, or several as an axis. @throws BAD_USER_INPUT for both, for neither, and for none or too many on the axis */
export function encodersGiven(input: {
  encoderId?: string | null | undefined;
  precision?: PrecisionChoice | null | undefined;
  encoders?: readonly EncoderChoice[] | null | undefined;
}): readonly EncoderChoice[] {
  const { encoderId, precision, encoders } = input;
  if ((encoderId == null) === (encoders == null)) {
    const received = encoders == null ? 'neither' : 'both';
    throw badUserInput(`expected one of \`encoderId\` and \`encoders\` but received ${received}`);
  }
  if (encoderId != null) return [{ encoderId, precision: precision ?? null }];
  if (precision != null) {
    throw badUserInput('expected `precision` in each of `encoders`, not beside them');
  }
  requireCount(encoders!.length);
  return encoders!;
}

function requireCount(count: number): void {
  if (count >= 1 && count <= MAX_ENCODERS) return;
  throw badUserInput(`expected 1 to ${MAX_ENCODERS} \`encoders\` but received ${count}`);
}

/**
 * @param known the values that are there already
 * @throws BAD_USER_INPUT for too many and for equal ones; NOT_FOUND, PRECISION_DRIFTS
 */
export async function chooseEncoders(
  source: EncoderSource,
  given: readonly EncoderChoice[],
  known: readonly SetOfExperiment[] = [],
): Promise<UsableEncoder[]> {
  requireCount(known.length + given.length);
  const chosen: UsableEncoder[] = [];
  const there = new Set(known.map(valueKey));
  for (const { encoderId, precision } of given) {
    const encoder = await chooseEncoder(source, encoderId, precision ?? 'FP32');
    const { revision, precision: found } = encoder.description;
    const key = valueKey({ encoderId, revision, precision: found });
    if (there.has(key)) {
      throw badUserInput(
        `expected different values for \`encoders\` but received ${encoderId} in ${found} twice`,
      );
    }
    there.add(key);
    chosen.push(encoder);
  }
  return chosen;
}

/**
 * Sees to it that an experiment has its vectors, or will have: of the sets that it has, and of encoders that are new to it.
 * Every transaction takes the sets' locks in the same order.
 * @returns one for each, those of `known` first
 */
export async function ensureSets(
  tx: Tx,
  versionId: string,
  { known, encoders }: { known: readonly SetOfExperiment[]; encoders: readonly UsableEncoder[] },
): Promise<EnsuredSet[]> {
  const sets = [
    ...known.map((set) => ({
      key: valueKey(set),
      ensure: () => continueEmbeddingSet(tx, set.setId),
    })),
    ...encoders.map((encoder) => ({
      key: valueKey({ encoderId: encoder.id, ...encoder.description }),
      ensure: () => ensureEmbeddingSet(tx, { datasetVersionId: versionId, encoder }),
    })),
  ];
  const ensured = new Map<string, EnsuredSet>();
  for (const { key, ensure } of [...sets].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    ensured.set(key, await ensure());
  }
  return sets.map(({ key }) => ensured.get(key)!);
}

function valueKey(value: Pick<SetOfExperiment, 'encoderId' | 'revision' | 'precision'>): string {
  return `${value.encoderId} ${value.precision} ${value.revision}`;
}
