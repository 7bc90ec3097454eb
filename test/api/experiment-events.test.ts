import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { experimentsChangedSince } from '../../src/db/experiments.queries.js';
import { type ExperimentsApi, startExperimentsApi } from './support/experiments-api.js';

let api: ExperimentsApi;
beforeAll(async () => {
  api = await startExperimentsApi();
});
afterAll(() => api.stop());

const EVENTS = `subscription($id: ID!, $after: Int) { experimentEvents(id: $id, after: $after) {
  seq status progress message run { id status } experiment { status numSucceeded } } }`;

async function events(id: string, after = 0) {
  const client = api.socket();
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  const seen: any[] = [];
  for await (const answer of client.iterate({ query: EVENTS, variables: { id, after } })) {
    expect(answer.errors).toBeUndefined();
    seen.push((answer.data as { experimentEvents: unknown }).experimentEvents);
  }
  await client.dispose();
  return seen;
}

describe('experimentEvents', () => {
  test('replays to the end, also after an end that was not the last', async () => {
    const id = await api.startExperiment({ seeds: [11] });
    await api.embed(id);
    await api.train({ fail: 1 });
    const first = await events(id);
    expect(first.map(({ seq }) => seq)).toEqual(first.map((_, i) => i + 1));
    expect(first.at(-1)).toMatchObject({
      status: 'FAILED',
      progress: 1,
      message: '1 of 4 runs did not succeed',
      experiment: { status: 'FAILED', numSucceeded: 3 },
    });
    const { data } = await api.post(
      'query($id: ID!) { experiment(id: $id) { cells { nodes { number runs { run { status } } } } } }',
      { id },
    );
    const { number } = data.experiment.cells.nodes.find(
      (cell: { runs: { run: { status: string } }[] }) => cell.runs[0]!.run.status === 'FAILED',
    );
    const retried = await api.post(
      'mutation($id: ID!, $cell: Int!) { retryExperimentCell(id: $id, cell: $cell) { status } }',
      { id, cell: number },
    );
    expect(retried.data.retryExperimentCell.status).toBe('RUNNING');
    await api.train();
    const all = await events(id);
    expect(all.slice(0, first.length).map(({ seq, status }) => [seq, status])).toEqual(
      first.map(({ seq, status }) => [seq, status]),
    );
    expect(all.at(-1)).toMatchObject({ status: 'SUCCEEDED', progress: 1 });
    expect(all.slice(first.length)).toEqual(await events(id, first.length));
    const ended = all.flatMap(({ run }) => (run ? [run.status] : []));
    expect(ended.toSorted()).toEqual(['FAILED', ...Array(4).fill('SUCCEEDED')]);
    expect(await events(id, all.length)).toEqual([]);
  });

  test.each(['nonsense', '00000000-0000-0000-0000-000000000000'])(
    'of %s is NOT_FOUND',
    async (id) => {
      const client = api.socket();
      await expect(
        client.iterate({ query: EVENTS, variables: { id } })[Symbol.asyncIterator]().next(),
      ).resolves.toMatchObject({ value: { errors: [{ extensions: { code: 'NOT_FOUND' } }] } });
      await client.dispose();
    },
  );
});

test('experimentsChanged tells of an experiment that starts and of each run that ends', async () => {
  const changes = api.socket().iterate<{
    experimentsChanged: { id: string; status: string; numSucceeded: number; progress: number };
  }>({ query: 'subscription { experimentsChanged { id status numSucceeded progress } }' });
  const before = await api.startExperiment({ seeds: [22] });
  // Those of just before come first.
  for (let known = ''; known !== before; ) {
    known = (await changes.next()).value.data!.experimentsChanged.id;
  }
  const id = await api.startExperiment({ seeds: [23] });
  await api.embed(id);
  await api.train();
  for (let seen = 0; ; ) {
    const { experimentsChanged: now } = (await changes.next()).value.data!;
    // Its runs are trained too.
    if (now.id === before) continue;
    expect(now.id).toBe(id);
    expect(now.numSucceeded).toBeGreaterThanOrEqual(seen);
    seen = now.numSucceeded;
    if (now.status === 'SUCCEEDED') {
      expect(now.progress).toBe(1);
      break;
    }
  }
  await changes.return!();
});

test('who has missed changes of experiments finds them by the time of their latest event', async () => {
  for (const seed of [1, 2, 3]) await api.startExperiment({ seeds: [seed] });
  const rows = await experimentsChangedSince(api.db, new Date(0));
  expect(rows.length).toBeGreaterThan(2);
  const [latest] = await api.db.query<{ id: string; at: Date }>(
    'select experiment_id as id, at from experiment_events order by at desc limit 1',
  );
  expect(rows.at(-1)!.id).toBe(latest!.id);
  expect((await experimentsChangedSince(api.db, latest!.at)).map(({ id }) => id)).toEqual([
    latest!.id,
  ]);
  expect(await experimentsChangedSince(api.db, new Date(latest!.at.getTime() + 1))).toEqual([]);
});
