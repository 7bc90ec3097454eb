import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { ErrorCode } from '../errors/registry.js';
import type { Services } from '../resolvers/context.js';
import type { SignedUrls } from '../services/signed-url.js';
import { sendErrors } from './graphql-http.js';
import { refuse, signed } from './signed-request.js';

/** A client that sends nothing for so long has gone. */
const IDLE_MS = 60_000;

const STATUS: Partial<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  DISK_FULL: 507,
};

/** PUT of an upload, to a signed URL: a stream from the socket to the disk, which may take as long as it moves. */
export function registerUploads(
  app: FastifyInstance,
  deps: { urls: SignedUrls; services: Services; maxBytes: number },
): void {
  const { urls, services, maxBytes } = deps;
  // In a scope of its own, as everything else takes JSON alone.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.put<{ Params: { id: string } }>(
      UPLOAD_ROUTE,
      { bodyLimit: Math.min(maxBytes, Number.MAX_SAFE_INTEGER) },
      async (request, reply) => {
        if (signed(request, urls) === null) return refuse(reply);
        const { id } = request.params;
        const body = (request.body ?? request.raw) as Readable;
        const gone = () => body.destroy(new Error('the client sent nothing for a minute'));
        // Kept: a request of which the rest is not read has none in the end.
        const { socket } = request.raw;
        socket.setTimeout(IDLE_MS, gone);
        try {
          const expected = await services.expectedUpload(id);
          const length = request.headers['content-length'];
          if (length !== undefined && Number(length) !== expected) {
            throw new ClipwrightError(
              'BAD_USER_INPUT',
              `expected ${expected} bytes, as \`sizeBytes\` said, but the request announces ${length}`,
            );
          }
          await services.receiveUpload(id, body);
          return reply.code(204).send();
        } catch (error) {
          if (!(error instanceof ClipwrightError)) throw error;
          // What still comes is not read.
          void reply.header('connection', 'close');
          return sendErrors(reply, STATUS[error.code] ?? 500, error.code, error.message);
        } finally {
          socket.setTimeout(0);
          socket.off('timeout', gone);
        }
      },
    );
  });
}

export const UPLOAD_ROUTE = '/files/uploads/:id';
