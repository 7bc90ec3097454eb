import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Services } from '../resolvers/context.js';
import type { ServedFile } from '../services/image-file.js';
import type { SignedUrls } from '../services/signed-url.js';
import { THUMBNAIL_SIZES } from '../services/thumbnails.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { sendErrors } from './graphql-http.js';
import { refuse, signed } from './signed-request.js';

const SHA256 = /^[0-9a-f]{64}$/;
/** Whoever opens a file as a page gets no script out of it. */
const FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/**
 * Images, thumbnails and models by signed URL. The only thing taken from a URL is a digest, checked digit by digit; the
 * paths come from the store.
 */
export function registerFiles(
  app: FastifyInstance,
  deps: { urls: SignedUrls; services: Services; blobs: BlobStore },
): void {
  const { urls, services, blobs } = deps;

  app.get<{ Params: { sha256: string } }>('/files/images/:sha256', async (request, reply) => {
    const left = signed(request, urls);
    if (left === null || !SHA256.test(request.params.sha256)) return refuse(reply);
    return send(reply, await services.imageFile(request.params.sha256), left);
  });

  app.get<{ Params: { size: string; sha256: string } }>(
    '/files/thumbnails/:size/:sha256',
    async (request, reply) => {
      const left = signed(request, urls);
      const size = THUMBNAIL_SIZES.find((each) => String(each) === request.params.size);
      if (left === null || !size || !SHA256.test(request.params.sha256)) return refuse(reply);
      return send(reply, await services.thumbnail(request.params.sha256, size), left);
    },
  );

  app.get<{ Params: { sha256: string } }>(
    '/files/models/:sha256/head.onnx',
    async (request, reply) => {
      const left = signed(request, urls);
      if (left === null || !SHA256.test(request.params.sha256)) return refuse(reply);
      const sha256 = request.params.sha256 as Sha256;
      const file = (await blobs.has(sha256))
        ? { path: blobs.path(sha256), contentType: 'application/octet-stream' }
        : null;
      void reply.header('content-disposition', 'attachment; filename="head.onnx"');
      return send(reply, file, left);
    },
  );
}

async function send(reply: FastifyReply, file: ServedFile | null, secondsLeft: number) {
  const size = file && (await sizeOf(file));
  if (!file || size === null) {
    return sendErrors(reply, 404, 'NOT_FOUND', 'There is no such file.');
  }
  return reply
    .header('content-type', file.contentType)
    .header('content-length', size)
    .header('content-security-policy', FILE_POLICY)
    .header('cross-origin-resource-policy', 'same-origin')
    .header('cache-control', `private, immutable, max-age=${secondsLeft}`)
    .send('path' in file ? createReadStream(file.path) : Buffer.from(file.bytes));
}

async function sizeOf(file: ServedFile): Promise<number | null> {
  return 'path' in file ? stat(file.path).then(({ size }) => size, absent) : file.bytes.length;
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
