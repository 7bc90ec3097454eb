/** What a client, or whoever starts the server, may see besides the message. */
export interface ErrorEntry {
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
  /** When it occurs and what to do. */
  readonly when: string;
}

const once = (when: string): ErrorEntry => ({ retryable: false, when });
const again = (when: string): ErrorEntry => ({ retryable: true, when });

/**
 * Every code that Clipwright itself gives an error; docs/errors.md is made of it. Codes are never renamed: clients
 * compare them. An error of any other kind reaches a client as INTERNAL, without its message.
 */
export const ERRORS = {
  // Requests.
  BAD_USER_INPUT: once('An argument is malformed, or means nothing here; the message names it.'),
  NOT_FOUND: once('A mutation, subscription or prediction names something that does not exist.'),
  CONFLICT: once('What exists stands against it: a name that is taken, a version in use.'),
  UNAUTHENTICATED: once('The token is missing, unknown, revoked or expired.'),
  FORBIDDEN: once("The token's role, or the origin of the request, does not allow it."),
  PAYLOAD_TOO_LARGE: once('A body, file or image is larger than the limit that the message names.'),
  TOO_MANY_REQUESTS: again('This token or address has too much open; close some or wait.'),
  UNAVAILABLE: again('A part that is needed is starting, restarting or stopping.'),
  NOT_INSTALLED: once(
    'An optional package that this needs is not installed; the message names it.',
  ),
  INTERNAL: once('A mistake of ours. The log has it under the request id.'),
  CANCELLED: once('The job was cancelled by a client.'),

  // Images.
  IMAGE_MISSING: once('There is no image under the name that the row gives.'),
  IMAGE_TOO_LARGE: once('The file has more bytes than CLIPWRIGHT_MAX_IMAGE_BYTES.'),
  IMAGE_TOO_MANY_PIXELS: once('The image has more pixels than CLIPWRIGHT_MAX_IMAGE_PIXELS.'),
  IMAGE_FORMAT_UNSUPPORTED: once('The file is none of JPEG, PNG, WebP, GIF, AVIF and TIFF.'),
  IMAGE_UNDECODABLE: once('The image is damaged.'),
  IMAGE_DECODE_TIMEOUT: once('Decoding took longer than any sound image does.'),

  // Encoders and embeddings.
  ENCODER_FILE_MISSING: once("A file of the encoder's folder is missing."),
  ENCODER_FILE_INVALID: once('A file of the encoder does not say what it must.'),
  ENCODER_UNSUPPORTED: once('The encoder needs something that Clipwright does not do.'),
  ENCODER_REVISION_MISSING: once(
    'A model needs an encoder, or a revision of it, that is not there; put its files back.',
  ),
  PRECISION_DRIFTS: once(
    "An encoder's embeddings in this precision differ too much from FP32's; the message has the cosine.",
  ),
  ENCODER_GATED: once(
    'The hub gives the encoder only to accounts that accepted its terms; set HF_TOKEN.',
  ),
  ENCODER_NOT_ON_HUB: once(
    'The hub has no such repository, revision or file as the catalogue names.',
  ),
  ENCODER_DOWNLOAD_CORRUPT: again('What came is not what the hub says it is; it is fetched anew.'),
  HUB_UNREACHABLE: again(
    'The hub, or a server that it redirects to, did not answer, or broke off.',
  ),
  HUB_RATE_LIMITED: again('The hub has had too many requests; later, or with HF_TOKEN.'),
  OFFLINE: once('CLIPWRIGHT_OFFLINE forbids to download.'),
  DISK_FULL: once(
    'The disk of the data directory has no room for what was to be written beside the 64 MB that stay free, in which something can be deleted.',
  ),
  EMBEDDING_NOT_FINITE: once('The encoder gave a vector with values that are no numbers.'),
  ARTIFACT_DAMAGED: once('A stored file is not what its digest says; restore it from a backup.'),

  // Training.
  TRAINING_DIVERGED: once('The loss or a parameter left the finite numbers.'),
  CHECKPOINT_MISMATCH: once('The checkpoint belongs to another configuration.'),
  CHECKPOINT_UNREADABLE: once('The checkpoint is damaged.'),

  // Child processes.
  PROCESS_START_FAILED: again('A child process did not start.'),
  PROCESS_DIED: again('A child process ended during the request, perhaps for want of memory.'),
  PROCESS_TIMEOUT: again('A child process did not answer in time.'),
  PROCESS_CLOSED: again('The child processes are being stopped.'),

  // Starting.
  INVALID_SETTING: once('A setting is unknown or malformed; the message names it.'),
  DATA_DIRECTORY_IN_USE: once('Another server uses the data directory; the message names its pid.'),
  DATABASE_ELSEWHERE: once('The database belongs to another data directory.'),
  EMBEDDED_DATABASE_FAILED: once('The built-in PostgreSQL does not run; the message says why.'),
  DATABASE_TOO_OLD: once('DATABASE_URL leads to a PostgreSQL older than 15.'),
  DATABASE_TOO_NEW: once('A newer Clipwright has used the database.'),
  DATABASE_MIGRATION_FAILED: once('A migration failed and was rolled back.'),
  DATABASE_MIGRATION_CHANGED: once('A migration is not the one that the database was made with.'),
  DATABASE_MIGRATION_UNFINISHED: once('Another tool left a migration half done.'),
} satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;
