import { createHash } from 'node:crypto';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { RngState } from '../data/rng.js';
import type { TensorData } from '../graph/dtype.js';
import type { BestSoFar } from './early-stopping.js';
import type { EpochRecord } from './epoch-record.js';

/** Everything that training needs to go on after an epoch as if it had never stopped. */
export interface Checkpoint {
  /** Of configuration, seed, sizes and splits: a checkpoint fits only the run that wrote it. */
  readonly fingerprint: string;
  readonly rng: RngState;
  readonly history: readonly EpochRecord[];
  readonly best: BestSoFar;
  /** Parameters and optimizer slots by name; float32. */
  readonly state: Readonly<Record<string, TensorData>>;
  /** Parameters of the best epoch by name, or their averages. */
  readonly bestWeights: Readonly<Record<string, TensorData>>;
}

/**
 * Layout: magic, version (uint32), length of the header (uint32), header (JSON), tensors (float32, in the header's
 * order), SHA-256 of all before it. Little-endian throughout.
 */
const MAGIC = 'CWCK';
const VERSION = 1;
const PREFIX = 12;
const DIGEST = 32;

interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
}
type Header = Omit<Checkpoint, 'state' | 'bestWeights'> & {
  readonly state: readonly TensorEntry[];
  readonly bestWeights: readonly TensorEntry[];
};

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { state, bestWeights } = checkpoint;
  const header: Header = {
    ...checkpoint,
    state: entries(state),
    bestWeights: entries(bestWeights),
  };
  const json = Buffer.from(JSON.stringify(header));
  const tensors = [...Object.values(state), ...Object.values(bestWeights)].map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
  const prefix = Buffer.alloc(PREFIX);
  prefix.write(MAGIC, 'latin1');
  prefix.writeUInt32LE(VERSION, 4);
  prefix.writeUInt32LE(json.length, 8);
  const body = Buffer.concat([prefix, json, ...tensors]);
  return Buffer.concat([body, digestOf(body)]);
}

/** Throws CHECKPOINT_UNREADABLE for bytes that are torn, damaged or of another version. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (all.length < PREFIX + DIGEST || all.toString('latin1', 0, 4) !== MAGIC) {
    throw unreadable('it is not a checkpoint');
  }
  const body = all.subarray(0, all.length - DIGEST);
  if (!digestOf(body).equals(all.subarray(body.length))) throw unreadable('its checksum is wrong');
  const version = all.readUInt32LE(4);
  if (version !== VERSION) throw unreadable(`its version is ${version}, not ${VERSION}`);
  const jsonEnd = PREFIX + all.readUInt32LE(8);
  const header = JSON.parse(body.toString('utf8', PREFIX, jsonEnd)) as Header;
  let offset = jsonEnd;
  const read = ({ name, shape }: TensorEntry): [string, TensorData] => {
    const end = offset + shape.reduce((product, dim) => product * dim, 4);
    const data = new Float32Array(Uint8Array.from(body.subarray(offset, end)).buffer);
    offset = end;
    return [name, { dtype: 'float32', shape, data }];
  };
  const state = Object.fromEntries(header.state.map(read));
  return { ...header, state, bestWeights: Object.fromEntries(header.bestWeights.map(read)) };
}

function entries(tensors: Readonly<Record<string, TensorData>>): TensorEntry[] {
  return Object.entries(tensors).map(([name, { shape }]) => ({ name, shape }));
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function unreadable(why: string): ClipwrightError {
  return new ClipwrightError('CHECKPOINT_UNREADABLE', `the checkpoint cannot be read: ${why}`);
}
