import { ClipwrightError } from '../errors/clipwright-error.js';

/** The hub wants us to wait. */
export class RateLimited extends ClipwrightError {
  constructor(readonly retryAfterMs: number) {
    super(
      'HUB_RATE_LIMITED',
      'The hub has had too many requests from here: try again later, or set HF_TOKEN, which allows more.',
    );
  }
}

/** A peer that did not answer, or stopped in the middle. */
export function unreachable(host: string, why: string): ClipwrightError {
  return new ClipwrightError('HUB_UNREACHABLE', `${host} did not give the file: ${why}.`);
}

export function notOnHub(what: string): ClipwrightError {
  return new ClipwrightError(
    'ENCODER_NOT_ON_HUB',
    `The hub has no ${what}: check repository, revision and files in the catalogue.`,
  );
}

/**
 * What an answer that is no success means.
 * @param isHub false for what the hub redirects to: there, a refusal is a signature that has run out
 */
export function errorOfAnswer(response: Response, what: string, isHub: boolean): ClipwrightError {
  const { status, headers } = response;
  const { host } = new URL(response.url);
  // https://github.com/huggingface/huggingface_hub/blob/main/src/huggingface_hub/utils/_http.py: a repository that is not
  // there answers 401 to whoever has no token.
  const code = headers.get('x-error-code') ?? '';
  if (status === 429) return new RateLimited(retryAfterMs(headers.get('retry-after')));
  if (status === 404 || status === 410 || code === 'RepoNotFound') return notOnHub(what);
  if ((status === 401 || status === 403) && isHub) {
    return new ClipwrightError(
      'ENCODER_GATED',
      `The hub does not give ${what} to everybody (${[status, code].filter(Boolean).join(' ')}): accept the terms on ` +
        "its page, and set HF_TOKEN to a token of the account that did so; the worker's HF_TOKEN counts.",
    );
  }
  return unreachable(host, `it answered ${status}`);
}

const DEFAULT_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 300_000;

/** In seconds, or a date; RFC 9110, section 10.2.3. */
export function retryAfterMs(header: string | null, now: number = Date.now()): number {
  const text = header?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? DEFAULT_WAIT_MS : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
}
