import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { Services } from '../resolvers/context.js';
import { isId } from '../services/parse-id.js';
import type { SignedUrls } from '../services/signed-url.js';
import { sendErrors } from './graphql-http.js';
import { refuse, signed } from './signed-request.js';

/** Model versions with all that they need, by signed URL, packed as they are sent. */
export function registerBundleFiles(
  app: FastifyInstance,
  { urls, services }: { urls: SignedUrls; services: Services },
): void {
  app.get<{ Params: { id: string } }>('/files/bundles/:id/bundle.zip', async (request, reply) => {
    const { id } = request.params;
    if (signed(request, urls) === null || !isId(id)) return refuse(reply);
    try {
      const bundle = await services.modelBundle(id);
      if (!bundle) return sendErrors(reply, 404, 'NOT_FOUND', 'There is no such file.');
      return reply
        .header('content-type', 'application/zip')
        .header('content-length', bundle.sizeBytes)
        .header('content-disposition', `attachment; filename="${bundle.name}.zip"`)
        .header('cross-origin-resource-policy', 'same-origin')
        .header('cache-control', 'private, no-store')
        .send(Readable.from(bundle.bytes));
    } catch (error) {
      if (!(error instanceof ClipwrightError)) throw error;
      return sendErrors(reply, 409, error.code, error.message);
    }
  });
}
