import { ClipwrightError } from '../errors/clipwright-error.js';
import { errorOfAnswer, unreachable } from './hub-errors.js';
import { Pace, TooSlow } from './pace.js';

export interface HubSettings {
  /**
   * https://huggingface.co or a mirror, without a closing slash. Only configuration says whom we ask. Where an answer redirects
   * to is the hub's word: it gets no token, and its files have to have the hashes that the hub listed.
   */
  readonly endpoint: string;
  readonly token: string | undefined;
  /** Nothing is asked of anybody. */
  readonly offline: boolean;
}

export interface HubTimes {
  /** A peer that sends less than 16 KiB in as long is given up. */
  readonly windowMs: number;
  /** Before a request is repeated. */
  readonly retryMs: number;
}

const TIMES: HubTimes = { windowMs: 30_000, retryMs: 2000 };
const MAX_REDIRECTS = 5;

/** An answer that was a success, under way. */
export interface HubAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly host: string;
  /** Ends early with an error where the peer does. Whoever asked reads it to its end or returns it. */
  body(): AsyncGenerator<Uint8Array>;
}

/** GET requests to the hub and to where it redirects. */
export class HubClient {
  readonly #endpoint: URL;

  constructor(
    private readonly settings: HubSettings,
    readonly times: HubTimes = TIMES,
  ) {
    this.#endpoint = new URL(settings.endpoint);
  }

  /** `path`: below the endpoint, encoded. */
  url(path: string): URL {
    return new URL(`${this.settings.endpoint}/${path}`);
  }

  isHub(url: URL): boolean {
    return url.origin === this.#endpoint.origin;
  }

  /**
   * @param what is asked for, as a message calls it
   * @throws OFFLINE, ENCODER_GATED, ENCODER_NOT_ON_HUB, HUB_RATE_LIMITED, HUB_UNREACHABLE; `signal`'s reason
   */
  async get(
    url: URL,
    request: { what: string; signal: AbortSignal; headers?: Record<string, string> },
  ): Promise<HubAnswer> {
    if (this.settings.offline) throw offline();
    const pace = new Pace(this.times.windowMs);
    const signal = AbortSignal.any([request.signal, pace.signal]);
    try {
      const response = await this.#follow(url, { ...request, signal });
      return {
        status: response.status,
        headers: response.headers,
        host: new URL(response.url).host,
        body: () => read(response, pace, request.signal),
      };
    } catch (error) {
      pace.stop();
      throw explained(error, url.host, pace.signal, request.signal);
    }
  }

  async #follow(
    first: URL,
    { what, signal, headers }: { what: string; signal: AbortSignal; headers?: object },
  ): Promise<Response> {
    let url = first;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const response = await fetch(url, {
        redirect: 'manual',
        signal,
        headers: { 'accept-encoding': 'identity', ...headers, ...this.#authorization(url) },
      });
      if (response.ok) return response;
      await response.body?.cancel();
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) {
        throw errorOfAnswer(response, what, this.isHub(url));
      }
      url = redirected(url, location);
    }
    throw unreachable(first.host, `it redirected more than ${MAX_REDIRECTS} times`);
  }

  /** The token is for the hub alone: never for where it redirects to, nor for ears on the way. */
  #authorization(url: URL): Record<string, string> {
    const { token } = this.settings;
    const isPrivate =
      url.protocol === 'https:' || /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(url.hostname);
    if (token === undefined || !this.isHub(url) || !isPrivate) return {};
    return { authorization: `Bearer ${token}` };
  }
}

export function offline(): ClipwrightError {
  return new ClipwrightError(
    'OFFLINE',
    'Nothing is downloaded, because CLIPWRIGHT_OFFLINE is 1: copy the folder by hand, or start without it.',
  );
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  const isHttp =
    to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:');
  if (to && isHttp) return to;
  throw unreachable(from.host, 'it redirected to an address that is no secure web address');
}

async function* read(
  response: Response,
  pace: Pace,
  stopped: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) {
      pace.heard(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw explained(error, new URL(response.url).host, pace.signal, stopped);
  } finally {
    pace.stop();
  }
}

/** What `fetch` says of a failure is 'fetch failed', or 'terminated'; its cause knows more. */
function explained(error: unknown, host: string, pace: AbortSignal, stopped: AbortSignal): unknown {
  if (stopped.aborted) return stopped.reason;
  if (pace.aborted) return unreachable(host, (pace.reason as TooSlow).message);
  if (error instanceof ClipwrightError) return error;
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  return unreachable(host, cause?.code ?? cause?.message ?? message);
}
