const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Which names the server answers to. A page of another site that has its own name point at this machine (DNS rebinding)
 * sends its own name as Host, and a page of another site always names itself in Origin.
 */
export class Origins {
  readonly #public: URL | null;

  /** @param publicUrl CLIPWRIGHT_PUBLIC_URL */
  constructor(publicUrl: string | URL | null | undefined) {
    this.#public = publicUrl ? new URL(publicUrl) : null;
  }

  get secure(): boolean {
    return this.#public?.protocol === 'https:';
  }

  /** Loopback names on any port (a forwarded one too), and the public URL's host. */
  acceptsHost(host: string | undefined): boolean {
    const name = hostName(host);
    if (name === null) return false;
    return LOOPBACK.has(name) || host!.toLowerCase() === this.#public?.host;
  }

  /** None (no browser sent it), the public URL's, or that of the very host and port asked. */
  acceptsOrigin(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined) return true;
    if (this.#public && origin === this.#public.origin) return true;
    const name = hostName(host);
    if (name === null || !LOOPBACK.has(name)) return false;
    return (
      origin === `http://${host!.toLowerCase()}` || origin === `https://${host!.toLowerCase()}`
    );
  }

  isLoopback(host: string | undefined): boolean {
    const name = hostName(host);
    return name !== null && LOOPBACK.has(name);
  }
}

/** The name in a Host header, or null for what is none. */
function hostName(host: string | undefined): string | null {
  if (host === undefined || host.length > 260) return null;
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host);
  return match ? match[1]!.toLowerCase() : null;
}
