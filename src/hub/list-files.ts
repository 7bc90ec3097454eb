import { z } from 'zod';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { CataloguedEncoder } from './catalogue.js';
import type { HubAnswer, HubClient } from './hub-client.js';
import { notOnHub, unreachable } from './hub-errors.js';
import type { HubFile } from './hub-file.js';

const MAX_PAGES = 20;
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** https://huggingface.co/docs/hub/api: what the hub lists besides is ignored. */
const page = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    oid: z.string(),
    size: z.number().int().nonnegative(),
    lfs: z.object({ oid: z.string(), size: z.number().int().nonnegative() }).optional(),
  }),
);

/**
 * Sizes and hashes of the named files, in the order of the names. Only what is named is taken from the hub's answer.
 * @throws ENCODER_NOT_ON_HUB where one is missing, and as `HubClient.get`
 */
export async function listFiles(
  client: HubClient,
  { repository, revision }: Pick<CataloguedEncoder, 'repository' | 'revision'>,
  names: readonly string[],
  signal: AbortSignal,
): Promise<HubFile[]> {
  const what = `${repository} in revision ${revision}`;
  const found = new Map<string, HubFile>();
  let url: URL | undefined = client.url(
    `api/models/${repository}/tree/${encodeURIComponent(revision)}?recursive=true`,
  );
  for (let pages = 0; url && pages < MAX_PAGES; pages += 1) {
    const answer: HubAnswer = await client.get(url, { what, signal });
    const parsed = page.safeParse(await readJson(answer));
    if (!parsed.success) throw noList(answer.host);
    for (const { type, path, oid, size, lfs } of parsed.data) {
      if (type === 'file' && names.includes(path)) {
        found.set(path, hubFile(path, lfs ?? { oid, size }, lfs ? 'sha256' : 'git-sha1'));
      }
    }
    url = nextPage(client, url, answer.headers.get('link'));
  }
  return names.map((name) => {
    const file = found.get(name);
    if (file) return file;
    throw notOnHub(`${name} of ${what}`);
  });
}

function hubFile(
  path: string,
  { oid, size }: { oid: string; size: number },
  kind: HubFile['hash']['kind'],
): HubFile {
  const hex = oid.toLowerCase();
  if (new RegExp(`^[0-9a-f]{${kind === 'sha256' ? 64 : 40}}$`).test(hex)) {
    return { path, size, hash: { kind, hex } };
  }
  throw new ClipwrightError('HUB_UNREACHABLE', `The hub gives no usable hash for ${path}.`, false);
}

/** `<url>; rel="next"`; only ever the hub's own. */
function nextPage(client: HubClient, from: URL, link: string | null): URL | undefined {
  const [, target] = /<([^>]+)>\s*;\s*rel="next"/.exec(link ?? '') ?? [];
  if (target === undefined || !URL.canParse(target, from.href)) return undefined;
  const url = new URL(target, from.href);
  return client.isHub(url) ? url : undefined;
}

async function readJson(answer: HubAnswer): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body()) {
    bytes += chunk.length;
    if (bytes > MAX_PAGE_BYTES) throw noList(answer.host);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw noList(answer.host);
  }
}

function noList(host: string): ClipwrightError {
  return unreachable(host, 'its list of files is none');
}
