import type { ApiClient } from '../../../src/demo/api-client.js';

/** Imports a folder below the import root, as a dataset of the same name. @returns the dataset's id */
export async function importFolder(client: ApiClient, name: string): Promise<string> {
  const { importDataset } = await client.request<{
    importDataset: { dataset: { id: string }; job: { id: string } };
  }>(
    'mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { dataset { id } job { id } } }',
    { input: { name, source: { directory: name } } },
  );
  const events = client.subscribe<{ jobEvents: { status: string } }>(
    'subscription ($id: ID!) { jobEvents(jobId: $id) { status } }',
    { id: importDataset.job.id },
  );
  await ended(events, ({ jobEvents }) => jobEvents.status, `the import of ${name}`);
  return importDataset.dataset.id;
}

/** Trains a run by the built-in encoder to its end. @returns its id */
export async function trainRun(
  client: ApiClient,
  run: { datasetId: string; name: string; seed?: number; config: object },
): Promise<string> {
  const { startRun } = await client.request<{ startRun: { id: string } }>(
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input: { ...run, encoderId: 'clipwright/clip-mini' } },
  );
  const events = client.subscribe<{ runEvents: { status: string } }>(
    'subscription ($id: ID!) { runEvents(runId: $id) { status } }',
    { id: startRun.id },
  );
  await ended(events, ({ runEvents }) => runEvents.status, `the run ${run.name}`);
  return startRun.id;
}

export async function registerRun(client: ApiClient, runId: string, name: string): Promise<void> {
  await client.request(
    'mutation ($runId: ID!, $name: String!) { registerModel(runId: $runId, name: $name) { id } }',
    { runId, name },
  );
}

export async function pointAlias(
  client: ApiClient,
  alias: { model: string; alias: string; version: number },
): Promise<void> {
  await client.request(
    `mutation ($model: String!, $alias: String!, $version: Int!) {
       setAlias(model: $model, alias: $alias, version: $version) { id } }`,
    alias,
  );
}

async function ended<TData>(
  events: AsyncIterable<TData>,
  statusOf: (data: TData) => string,
  what: string,
): Promise<void> {
  let status = 'never begun';
  for await (const event of events) status = statusOf(event);
  if (status !== 'SUCCEEDED') throw new Error(`expected ${what} to succeed but it is ${status}`);
}
