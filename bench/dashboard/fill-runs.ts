import pg from 'pg';

/**
 * Copies the runs of a database until there are `numRuns` of `numEpochs` epochs each, with the events of each epoch. The
 * figures are drawn at random; configurations, thresholds and score files are those of the runs that are copied.
 */
export async function fillRuns(url: string, numRuns: number, numEpochs: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    // Without looking up the run of each of millions of rows.
    await client.query('set local session_replication_role = replica');
    await client.query('select setseed(0.5)');
    await client.query(COPY_RUNS, [numRuns, numEpochs]);
    await client.query(ADD_EPOCHS, [numEpochs]);
    await client.query(ADD_EVENTS, [numEpochs]);
    await client.query('commit');
    await client.query('vacuum analyze runs, run_epochs, run_events');
  } finally {
    await client.end();
  }
}

/** $1 runs, $2 epochs. The names of copies begin with 'copy'. */
const COPY_RUNS = `
  with bases as (
    select r.*, row_number() over (order by created_at) - 1 as place, count(*) over () as of from runs r
  ), copies as (
    select b.*, i, 0.3 + 0.5 * random() as level
    from generate_series(1, $1::int - (select count(*)::int from runs)) as i join bases b on b.place = i % b.of
  ), measured as (
    select *, best || jsonb_build_object('meanAveragePrecision', level, 'microF1', level + 0.02 * random(),
      'macroF1', level - 0.05 * random(), 'samplesF1', level - 0.02 * random()) as reached
    from copies
  )
  insert into runs (name, status, version_id, set_id, encoder_id, config, seed, progress, epoch, event_seq, best, final,
    best_epoch, label_metrics, thresholds, head_sha256, scores_sha256, micro_f1, macro_f1, samples_f1, mean_ap, tags,
    notes, created_at, started_at, finished_at)
  select 'copy ' || to_char(i, 'FM00000'), 'SUCCEEDED', version_id, set_id, encoder_id,
    jsonb_set(config, '{epochs}', to_jsonb($2::int)), i / of + 10, 1, $2::int, $2::int + 2, reached, reached,
    (random() * ($2::int - 1))::int + 1, label_metrics, thresholds, head_sha256, scores_sha256,
    (reached ->> 'microF1')::float8, (reached ->> 'macroF1')::float8, (reached ->> 'samplesF1')::float8, level,
    array['batch ' || i % 20], 'the ' || i || 'th copy',
    now() - i * interval '1 minute', now() - i * interval '1 minute', now() - i * interval '1 minute' + random() * interval '50 s'
  from measured`;

/** $1 epochs: curves that come nearer to what the run reaches, with noise. */
const ADD_EPOCHS = `
  insert into run_epochs (run_id, epoch, train_loss, validation_loss, validation, learning_rate, seconds)
  select r.id, at, 0.6 * exp(-at / 40.0) + 0.02 * random(), 0.6 * exp(-at / 50.0) + 0.05 * random(),
    r.best || jsonb_build_object(
      'meanAveragePrecision', r.mean_ap * (1 - exp(-at / 15.0)) + 0.01 * random(),
      'microF1', r.micro_f1 * (1 - exp(-at / 15.0)) + 0.01 * random(),
      'macroF1', r.macro_f1 * (1 - exp(-at / 15.0)) + 0.01 * random(),
      'samplesF1', r.samples_f1 * (1 - exp(-at / 15.0)) + 0.01 * random()),
    0.001, 0.2
  from runs r cross join generate_series(1, $1::int) as at where r.name like 'copy %'`;

const ADD_EVENTS = `
  insert into run_events (run_id, seq, status, progress, epoch, at)
  select r.id, seq,
    (case when seq = 1 then 'QUEUED' when seq = $1::int + 2 then 'SUCCEEDED' else 'RUNNING' end)::"JobStatus",
    least(1, (seq - 1)::float8 / $1::int), case when seq between 2 and $1::int + 1 then seq - 1 end, r.started_at
  from runs r cross join generate_series(1, $1::int + 2) as seq where r.name like 'copy %'`;
