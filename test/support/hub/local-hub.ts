import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file's answer in place of the usual one. The CDN answers for what lies in LFS, the hub for the rest. */
export type Answer = (request: IncomingMessage, response: ServerResponse, content: Buffer) => void;

export interface SeenRequest {
  readonly host: 'hub' | 'cdn';
  readonly url: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
}

/**
 * The Hugging Face hub as far as a download needs it, on two ports, as the hub and the servers that it redirects to are two
 * hosts: the list of files, small files from the hub itself, those in LFS (below `onnx/`) by a redirect to the CDN, both by
 * ranges. Modelled on what https://huggingface.co answers.
 */
export class LocalHub {
  readonly seen: SeenRequest[] = [];
  /** Answers to come, by file: each is given once. */
  readonly #answers = new Map<string, Answer[]>();
  /** What the list of files says of a file in place of the truth. */
  readonly listed = new Map<string, { oid?: string; size?: number }>();
  /** In place of the list of files. */
  listAnswer: Answer | undefined;
  /** Files on a page of the list. */
  pageSize = 1000;

  private constructor(
    readonly files: Map<string, Buffer>,
    readonly repository: string,
    private readonly hub: Server,
    private readonly cdn: Server,
  ) {
    hub.on('request', (request, response) => this.#hub(request, response));
    cdn.on('request', (request, response) => this.#cdn(request, response));
  }

  static async start(repository: string, files: Record<string, Buffer>): Promise<LocalHub> {
    const [hub, cdn] = [createServer(), createServer()];
    for (const server of [hub, cdn]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
    return new LocalHub(new Map(Object.entries(files)), repository, hub, cdn);
  }

  get endpoint(): string {
    return originOf(this.hub);
  }

  /** The next request for the file's bytes is answered like this, the one after it like the next of these. */
  answer(path: string, ...answers: Answer[]): void {
    this.#answers.set(path, [...(this.#answers.get(path) ?? []), ...answers]);
  }

  /** Requests for a file's bytes. */
  fetched(path: string): SeenRequest[] {
    const host = isLfs(path) ? 'cdn' : 'hub';
    return this.seen.filter((each) => each.host === host && pathOf(each.url).endsWith(`/${path}`));
  }

  /** Connections under way break off. */
  cut(): void {
    this.cdn.closeAllConnections();
    this.hub.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.cut();
    for (const server of [this.hub, this.cdn]) {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  #hub(request: IncomingMessage, response: ServerResponse): void {
    this.#note('hub', request);
    const path = pathOf(request.url!);
    const name = path.slice(`/${this.repository}/resolve/main/`.length);
    const content = this.files.get(name);
    if (path === `/api/models/${this.repository}/tree/main`) {
      (this.listAnswer ?? this.#list)(request, response, Buffer.alloc(0));
    } else if (!path.startsWith(`/${this.repository}/resolve/main/`) || !content) {
      response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end('Entry not found');
    } else if (isLfs(name)) {
      const location = `${originOf(this.cdn)}/signed/${name}?signature=x`;
      response.writeHead(302, { location, 'x-linked-etag': `"${sha256(content)}"` }).end();
    } else this.#give(name, content, request, response);
  }

  #cdn(request: IncomingMessage, response: ServerResponse): void {
    this.#note('cdn', request);
    const name = pathOf(request.url!).slice('/signed/'.length);
    this.#give(name, this.files.get(name)!, request, response);
  }

  #give(name: string, content: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const next = this.#answers.get(name)?.shift();
    (next ?? giveByRange)(request, response, content);
  }

  readonly #list: Answer = (request, response) => {
    const from = Number(new URL(request.url!, this.endpoint).searchParams.get('cursor') ?? 0);
    const entries = [...this.files].map(([path, content]) => ({
      type: 'file',
      path,
      size: content.length,
      oid: gitSha1(content),
      ...(isLfs(path) && { lfs: { oid: sha256(content), size: content.length, pointerSize: 134 } }),
    }));
    for (const entry of entries) {
      const { oid, size } = this.listed.get(entry.path) ?? {};
      const place = entry.lfs ?? entry;
      if (oid !== undefined) place.oid = oid;
      if (size !== undefined) place.size = size;
    }
    const more = from + this.pageSize < entries.length;
    const next = `${this.endpoint}${pathOf(request.url!)}?recursive=true&cursor=${from + this.pageSize}`;
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(more && { link: `<${next}>; rel="next"` }),
    });
    response.end(
      JSON.stringify([
        { type: 'directory', path: 'onnx', oid: '0'.repeat(40), size: 0 },
        ...entries.slice(from, from + this.pageSize),
      ]),
    );
  };

  #note(host: 'hub' | 'cdn', { url, headers }: IncomingMessage): void {
    const { range, authorization } = headers;
    const ifRange = headers['if-range'] as string | undefined;
    this.seen.push({ host, url: url!, range, ifRange, authorization });
  }
}

/** As servers do that know ranges; RFC 9110, section 14. */
export const giveByRange: Answer = (request, response, content) => {
  const etag = `"${sha256(content).slice(0, 32)}"`;
  const [, first] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const isSame = [undefined, etag].includes(request.headers['if-range'] as string | undefined);
  if (first === undefined || !isSame) {
    response.writeHead(200, { etag, 'content-length': content.length }).end(content);
    return;
  }
  const rest = content.subarray(Number(first));
  const range = `bytes ${first}-${content.length - 1}/${content.length}`;
  response.writeHead(206, { etag, 'content-length': rest.length, 'content-range': range });
  response.end(rest);
};

/** Ranges are not known. */
export const giveWhole: Answer = (_, response, content) => {
  response.writeHead(200, { 'content-length': content.length }).end(content);
};

/** Breaks off after some bytes of the rest that was asked for. */
export function dropAfter(bytes: number): Answer {
  return (request, response, content) => {
    const end = response.end.bind(response);
    response.end = ((rest: Buffer) => {
      response.write(rest.subarray(0, bytes), () => response.destroy());
      return response;
    }) as typeof end;
    giveByRange(request, response, content);
  };
}

/** Gives some bytes and then nothing, and never ends. */
export function silentAfter(bytes: number): Answer {
  return (_, response, content) => {
    response.writeHead(200, { 'content-length': content.length });
    if (bytes > 0) response.write(content.subarray(0, bytes));
    else response.flushHeaders();
  };
}

export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(code, headers).end('{"error":"for people"}');
  };
}

function isLfs(path: string): boolean {
  return path.startsWith('onnx/');
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function pathOf(url: string): string {
  return url.split('?')[0]!;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function gitSha1(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
