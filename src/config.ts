import { availableParallelism } from 'node:os';
import { delimiter, resolve } from 'node:path';
import { LIMIT_SETTINGS, type Limits, limitsEnvironment, loadLimits } from './config-limits.js';
import { type Environment, Expected, integer, oneOf, setting } from './config-settings.js';
import { ClipwrightError } from './errors/clipwright-error.js';
import { DEVICE_CHOICES, type DeviceChoice } from './ml/runtime/device.js';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Everything that the environment decides, validated once at the start and frozen. */
export interface Config {
  /** 0: the system chooses. */
  readonly port: number;
  readonly host: string;
  /** Whether `host` is reached from this machine only. */
  readonly loopback: boolean;
  /** Absolute path of the data directory. */
  readonly data: string;
  /** undefined: the embedded PostgreSQL in the data directory. */
  readonly databaseUrl: string | undefined;
  /** Absolute paths of the folders from which the server may import. */
  readonly importRoots: readonly string[];
  /** Absolute path of the user's own catalogue of encoders. */
  readonly catalogue: string | undefined;
  /** Where encoders are downloaded from. */
  readonly hub: {
    /** Without a closing slash. */
    readonly endpoint: string;
    readonly token: string | undefined;
    /** Nothing is downloaded. */
    readonly offline: boolean;
  };
  /** A fixed admin token. */
  readonly token: string | undefined;
  /** Origin under which clients reach the server, without a closing slash. */
  readonly publicUrl: string | undefined;
  /** Whether `serve` runs a worker too. */
  readonly worker: boolean;
  /** What trains. */
  readonly engine: 'onnxruntime' | 'tensorflow';
  /** On which ONNX Runtime embeds, and trains where it can. */
  readonly device: DeviceChoice;
  /** How many threads inference and training may use together. */
  readonly threads: number;
  readonly logLevel: LogLevel;
  readonly limits: Limits;
}

const OWN_SETTINGS = new Set([
  'CLIPWRIGHT_DATA',
  'CLIPWRIGHT_IMPORT_ROOTS',
  'CLIPWRIGHT_CATALOGUE',
  'CLIPWRIGHT_OFFLINE',
  'CLIPWRIGHT_TOKEN',
  'CLIPWRIGHT_PUBLIC_URL',
  'CLIPWRIGHT_WORKER',
  'CLIPWRIGHT_ENGINE',
  'CLIPWRIGHT_DEVICE',
  'CLIPWRIGHT_THREADS',
  'CLIPWRIGHT_LOG',
  ...Object.values(LIMIT_SETTINGS).map((limit) => limit.name),
]);

const SHORTEST_TOKEN = 32;

/**
 * @throws ClipwrightError INVALID_SETTING, in one sentence, for the first setting that is unknown or malformed
 */
export function loadConfig(env: Environment = process.env, cwd: string = process.cwd()): Config {
  refuseUnknown(env);
  const cores = availableParallelism();
  const host = setting(env, 'HOST', hostName) ?? '127.0.0.1';
  const loopback = isLoopback(host);
  const publicUrl = setting(env, 'CLIPWRIGHT_PUBLIC_URL', origin);
  if (!loopback && publicUrl === undefined) {
    throw new ClipwrightError(
      'INVALID_SETTING',
      'expected the URL under which clients reach the server, such as https://clipwright.example, for ' +
        `\`CLIPWRIGHT_PUBLIC_URL\`, because \`HOST\` is \`${host}\`, but received none`,
    );
  }
  return Object.freeze({
    port: setting(env, 'PORT', integer(0, 65_535)) ?? 4000,
    host,
    loopback,
    data: resolve(cwd, setting(env, 'CLIPWRIGHT_DATA', path) ?? 'data'),
    databaseUrl: setting(env, 'DATABASE_URL', databaseUrl),
    importRoots: Object.freeze(
      (setting(env, 'CLIPWRIGHT_IMPORT_ROOTS', pathList) ?? ['import']).map((root) =>
        resolve(cwd, root),
      ),
    ),
    catalogue: optionalPath(cwd, setting(env, 'CLIPWRIGHT_CATALOGUE', path)),
    hub: Object.freeze({
      endpoint: setting(env, 'HF_ENDPOINT', endpoint) ?? 'https://huggingface.co',
      token: setting(env, 'HF_TOKEN', hubToken),
      offline: setting(env, 'CLIPWRIGHT_OFFLINE', oneOf('0', '1')) === '1',
    }),
    token: setting(env, 'CLIPWRIGHT_TOKEN', fixedToken),
    publicUrl,
    worker: (setting(env, 'CLIPWRIGHT_WORKER', oneOf('on', 'off')) ?? 'on') === 'on',
    engine: setting(env, 'CLIPWRIGHT_ENGINE', oneOf('onnxruntime', 'tensorflow')) ?? 'onnxruntime',
    device: setting(env, 'CLIPWRIGHT_DEVICE', oneOf(...DEVICE_CHOICES)) ?? 'cpu',
    threads: setting(env, 'CLIPWRIGHT_THREADS', integer(1, 4 * cores)) ?? cores,
    logLevel:
      setting(
        env,
        'CLIPWRIGHT_LOG',
        oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
      ) ?? 'info',
    limits: loadLimits(env),
  });
}

/** What `loadConfig` makes this very config of, in any working directory; undefined where a setting is left out. */
export function environmentOf(config: Config): Environment {
  return {
    PORT: String(config.port),
    HOST: config.host,
    CLIPWRIGHT_DATA: config.data,
    DATABASE_URL: config.databaseUrl,
    CLIPWRIGHT_IMPORT_ROOTS: config.importRoots.join(delimiter),
    CLIPWRIGHT_CATALOGUE: config.catalogue,
    HF_ENDPOINT: config.hub.endpoint,
    HF_TOKEN: config.hub.token,
    CLIPWRIGHT_OFFLINE: config.hub.offline ? '1' : '0',
    CLIPWRIGHT_TOKEN: config.token,
    CLIPWRIGHT_PUBLIC_URL: config.publicUrl,
    CLIPWRIGHT_WORKER: config.worker ? 'on' : 'off',
    CLIPWRIGHT_ENGINE: config.engine,
    CLIPWRIGHT_DEVICE: config.device,
    CLIPWRIGHT_THREADS: String(config.threads),
    CLIPWRIGHT_LOG: config.logLevel,
    ...limitsEnvironment(config.limits),
  };
}

function refuseUnknown(env: Environment): void {
  for (const name of Object.keys(env)) {
    if (!name.startsWith('CLIPWRIGHT_') || OWN_SETTINGS.has(name)) continue;
    throw new ClipwrightError(
      'INVALID_SETTING',
      `expected a setting of Clipwright but received \`${name}\`: there are ${[...OWN_SETTINGS].join(', ')}`,
    );
  }
}

function path(text: string): string | Expected {
  return text === '' || text.includes('\0') ? new Expected('a path') : text;
}

function optionalPath(cwd: string, found: string | undefined): string | undefined {
  return found === undefined ? undefined : resolve(cwd, found);
}

function pathList(text: string): string[] | Expected {
  const paths = text
    .split(delimiter)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return paths.length > 0 && !text.includes('\0')
    ? paths
    : new Expected(`paths separated by \`${delimiter}\``);
}

function hostName(text: string): string | Expected {
  const plain = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text);
  const six = /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text);
  return plain || six
    ? text
    : new Expected('an address or host name to listen on, such as 127.0.0.1, ::1 or 0.0.0.0');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function databaseUrl(text: string): string | Expected {
  return /^postgres(ql)?:\/\/\S+$/.test(text)
    ? text
    : new Expected('a URL such as postgresql://user:password@host:5432/database');
}

function fixedToken(text: string): string | Expected {
  // What may stand in an Authorization header; RFC 6750, section 2.1.
  return text.length >= SHORTEST_TOKEN && /^[A-Za-z0-9._~+/=-]+$/.test(text)
    ? text
    : new Expected(
        `at least ${SHORTEST_TOKEN} characters out of letters, digits and \`-._~+/=\` (such as \`openssl rand -hex 32\` prints)`,
      );
}

function hubToken(text: string): string | Expected {
  return /^[\x21-\x7e]{1,500}$/.test(text)
    ? text
    : new Expected("a token of the hub's, such as hf_…");
}

/** A mirror may lie below a path. */
function endpoint(text: string): string | Expected {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username;
  return plain
    ? url.href.replace(/\/+$/, '')
    : new Expected('an http or https URL such as https://huggingface.co');
}

function origin(text: string): string | Expected {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    !url.search &&
    !url.hash &&
    !url.username;
  return plain
    ? url.origin
    : new Expected('an http or https URL without a path, such as https://clipwright.example');
}
