// node examples/train.mjs <folder below an import root>: imports it, trains, and registers the model under its name.
import { follow } from './follow.mjs';
import { query, run } from './query.mjs';

/** Prints progress; fails with the reason where the job or run does. */
async function finish(kind, id, title) {
  let last;
  for await (last of follow(kind, id))
    console.log(title, `${Math.round(last.progress * 100)} %`, last.message ?? '');
  if (last.status === 'SUCCEEDED') return;
  const { ended } = await query(
    `query ($id: ID!) { ended: ${kind}(id: $id) { error { code message } } }`,
    { id },
  );
  throw new Error(
    `${title} ${last.status.toLowerCase()}: ${ended.error?.message ?? 'no reason given'}`,
  );
}

await run(import.meta.url, ['folder'], async (name) => {
  const { importDataset } = await query(
    'mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { job { id } } }',
    { input: { name, source: { directory: name } } },
  );
  await finish('job', importDataset.job.id, 'import');
  const { dataset, job } = await query(
    'query ($name: String!, $id: ID!) { dataset(name: $name) { id } job(id: $id) { importReport { imported rejectedCount } } }',
    { name, id: importDataset.job.id },
  );
  console.log(`imported ${job.importReport.imported}, rejected ${job.importReport.rejectedCount}`);
  const { startRun } = await query(
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input: { datasetId: dataset.id, encoderId: 'clipwright/clip-mini' } },
  );
  await finish('run', startRun.id, 'train');
  const { run: trained } = await query(
    'query ($id: ID!) { run(id: $id) { final { meanAveragePrecision microF1 } } }',
    { id: startRun.id },
  );
  console.log('on the test split:', trained.final);
  const { registerModel } = await query(
    'mutation ($runId: ID!, $name: String!) { registerModel(runId: $runId, name: $name) { number model { name } } }',
    { runId: startRun.id, name },
  );
  console.log(`registered ${registerModel.model.name}/${registerModel.number}`);
});
