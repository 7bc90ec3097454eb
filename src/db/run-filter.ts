import { GROUP_SQL, type RunGroupField } from './run-group-fields.js';

export interface RunFilterValues {
  ids?: readonly string[] | null | undefined;
  datasetId?: string | null | undefined;
  datasetVersionId?: string | null | undefined;
  encoderId?: string | null | undefined;
  status?: readonly string[] | null | undefined;
  tags?: readonly string[] | null | undefined;
  text?: string | null | undefined;
  archived?: boolean | null | undefined;
  like?: { runId: string; by: readonly RunGroupField[] } | null | undefined;
}

/** The condition on runs `r` that a filter is; its values are pushed onto `values`. Left out and null: no matter. */
export function matching(filter: RunFilterValues, values: unknown[]): string {
  const conditions = ['true'];
  const add = (value: unknown) => `$${values.push(value)}`;
  if (filter.ids) conditions.push(`r.id = any(${add(filter.ids)}::uuid[])`);
  if (filter.datasetId) {
    conditions.push(
      `r.version_id in (select id from dataset_versions where dataset_id = ${add(filter.datasetId)}::uuid)`,
    );
  }
  if (filter.datasetVersionId) {
    conditions.push(`r.version_id = ${add(filter.datasetVersionId)}::uuid`);
  }
  if (filter.encoderId) conditions.push(`r.encoder_id = ${add(filter.encoderId)}::text`);
  if (filter.status) {
    conditions.push(`r.status = any(${add(filter.status)}::text[]::"JobStatus"[])`);
  }
  if (filter.tags) conditions.push(`r.tags @> ${add(filter.tags)}::text[]`);
  if (filter.text) {
    const pattern = add(`%${filter.text.replace(/[\\%_]/g, '\\$&')}%`);
    conditions.push(`(r.name ilike ${pattern}::text or r.notes ilike ${pattern}::text)`);
  }
  if (filter.archived != null) {
    conditions.push(`r.archived_at is ${filter.archived ? 'not null' : 'null'}`);
  }
  if (filter.like) {
    const other = add(filter.like.runId);
    for (const field of filter.like.by) {
      const value = GROUP_SQL[field];
      conditions.push(
        `${value('r')} = (select ${value('o')} from runs o where o.id = ${other}::uuid)`,
      );
    }
  }
  return conditions.join(' and ');
}
