import { bytes, type Environment, integer, type Parse, setting } from './config-settings.js';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** What one client or one request may ask for. */
export interface Limits {
  readonly bodyBytes: number;
  readonly imageBytes: number;
  readonly imagePixels: number;
  readonly uploadBytes: number;
  /** of an uploaded archive, unpacked */
  readonly unpackedBytes: number;
  readonly socketFrameBytes: number;
  readonly queryDepth: number;
  readonly queryAliases: number;
  readonly queryCost: number;
  readonly predictInputs: number;
  /** what one training may take, by estimate */
  readonly trainingBytes: number;
  readonly socketsPerToken: number;
  readonly subscriptionsPerToken: number;
}

interface LimitSetting {
  readonly name: string;
  readonly standard: number;
  readonly parse: Parse<number>;
}

export const LIMIT_SETTINGS: Readonly<Record<keyof Limits, LimitSetting>> = {
  bodyBytes: {
    name: 'CLIPWRIGHT_MAX_BODY_BYTES',
    standard: 32 * MiB,
    parse: bytes(KiB, GiB),
  },
  imageBytes: {
    name: 'CLIPWRIGHT_MAX_IMAGE_BYTES',
    standard: 20 * MiB,
    parse: bytes(KiB, GiB),
  },
  imagePixels: {
    name: 'CLIPWRIGHT_MAX_IMAGE_PIXELS',
    standard: 50_000_000,
    parse: integer(1_000, 1_000_000_000),
  },
  uploadBytes: {
    name: 'CLIPWRIGHT_MAX_UPLOAD_BYTES',
    standard: 10 * GiB,
    parse: bytes(KiB, 1024 * GiB),
  },
  unpackedBytes: {
    name: 'CLIPWRIGHT_MAX_UNPACKED_BYTES',
    standard: 40 * GiB,
    parse: bytes(KiB, 4096 * GiB),
  },
  socketFrameBytes: {
    name: 'CLIPWRIGHT_MAX_SOCKET_FRAME_BYTES',
    standard: 64 * KiB,
    parse: bytes(KiB, 64 * MiB),
  },
  queryDepth: {
    name: 'CLIPWRIGHT_MAX_QUERY_DEPTH',
    standard: 12,
    parse: integer(1, 1_000),
  },
  queryAliases: {
    name: 'CLIPWRIGHT_MAX_QUERY_ALIASES',
    standard: 30,
    parse: integer(0, 100_000),
  },
  queryCost: {
    name: 'CLIPWRIGHT_MAX_QUERY_COST',
    standard: 20_000,
    parse: integer(1, 1_000_000_000),
  },
  trainingBytes: {
    name: 'CLIPWRIGHT_MAX_TRAINING_BYTES',
    standard: 4 * GiB,
    parse: bytes(MiB, 1024 * GiB),
  },
  predictInputs: {
    name: 'CLIPWRIGHT_MAX_PREDICT_INPUTS',
    standard: 64,
    parse: integer(1, 10_000),
  },
  socketsPerToken: {
    name: 'CLIPWRIGHT_MAX_SOCKETS_PER_TOKEN',
    standard: 32,
    parse: integer(1, 100_000),
  },
  subscriptionsPerToken: {
    name: 'CLIPWRIGHT_MAX_SUBSCRIPTIONS_PER_TOKEN',
    standard: 128,
    parse: integer(1, 1_000_000),
  },
};

export function loadLimits(env: Environment): Limits {
  const limits = Object.entries(LIMIT_SETTINGS).map(([key, { name, standard, parse }]) => [
    key,
    setting(env, name, parse) ?? standard,
  ]);
  return Object.freeze(Object.fromEntries(limits)) as Limits;
}

/** The reverse of `loadLimits`. */
export function limitsEnvironment(limits: Limits): Environment {
  const keys = Object.keys(LIMIT_SETTINGS) as (keyof Limits)[];
  return Object.fromEntries(keys.map((key) => [LIMIT_SETTINGS[key].name, String(limits[key])]));
}
