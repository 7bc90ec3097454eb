import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { batchPredictionById } from '../db/batch-predictions.queries.js';
import type { Sql } from '../db/sql.js';
import type { Services } from '../resolvers/context.js';
import { isFinished, labelsOf } from '../services/batch-results.js';
import { EXPORT_FORMATS } from '../services/export-batch.js';
import { exportTemplate, standardTemplate } from '../services/export-template.js';
import { isId } from '../services/parse-id.js';
import type { SignedUrls } from '../services/signed-url.js';
import { sendErrors } from './graphql-http.js';
import { refuse, signed } from './signed-request.js';

const CONTENT_TYPE = {
  CSV: 'text/csv; charset=utf-8',
  JSONL: 'application/jsonl; charset=utf-8',
  PARQUET: 'application/vnd.apache.parquet',
};

/** Exports of batch predictions by signed URL, written as they are read. The signature covers the columns, which are ours. */
export function registerPredictionFiles(
  app: FastifyInstance,
  { db, urls, services }: { db: Sql; urls: SignedUrls; services: Services },
): void {
  app.get<{ Params: { id: string; format: string; template: string } }>(
    '/files/predictions/:id/:format/:template',
    async (request, reply) => {
      const { id, template } = request.params;
      const format = EXPORT_FORMATS.find((each) => each.toLowerCase() === request.params.format);
      if (signed(request, urls) === null || !format || !isId(id)) return refuse(reply);
      const batch = await batchPredictionById(db, id);
      if (!batch || !isFinished(batch)) {
        return sendErrors(reply, 404, 'NOT_FOUND', 'There is no such file.');
      }
      const wanted: unknown = JSON.parse(Buffer.from(template, 'base64url').toString());
      const columns =
        wanted === null ? standardTemplate(labelsOf(batch)) : exportTemplate.parse(wanted);
      return reply
        .header('content-type', CONTENT_TYPE[format])
        .header('content-disposition', `attachment; filename="predictions.${format.toLowerCase()}"`)
        .header('cross-origin-resource-policy', 'same-origin')
        .header('cache-control', 'private, no-store')
        .send(Readable.from(services.exportBatch(batch, format, columns)));
    },
  );
}
