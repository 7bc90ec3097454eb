import type { ApiClient } from '../../../src/demo/api-client.js';
import { ApiError } from '../../../src/demo/api-client.js';
import type { Ledger } from './ledger.js';

export const PHASES = ['import', 'embedding', 'training', 'registration'] as const;
export type Phase = (typeof PHASES)[number];

/** What two journeys over the same scenes must agree on, however often they were disturbed. */
export interface EndState {
  digest: string;
  samples: number;
  epochs: { epoch: number; trainLoss: number; meanAveragePrecision: number | null }[];
  finalStatus: string;
  modelSha256: string;
  prediction: { name: string; score: number }[];
}

export interface Journey {
  folder: string;
  ledger: Ledger;
  /** a client of the server as it is now; waits until one answers */
  connect(): Promise<ApiClient>;
  onPhase(phase: Phase): void;
  /** anything acknowledged: the server is back, if it was gone */
  onLife(): void;
}

const ENDED = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

/** The line from folder to prediction, by a client that survives the server's deaths and repeats what was not acknowledged. */
export async function travel(journey: Journey): Promise<EndState> {
  journey.onPhase('import');
  const importJob = await insist(journey, async (client) => {
    const { importDataset } = await client.request<{ importDataset: { job: { id: string } } }>(
      'mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { job { id } } }',
      { input: { name: 'trial', source: { directory: journey.folder } } },
    );
    return acknowledged(journey, 'importDataset', importDataset.job.id);
  });
  await followJob(journey, importJob);

  journey.onPhase('embedding');
  const set = await insist(journey, async (client) => {
    const { dataset } = await client.request<{ dataset: { latestVersion: { id: string } } }>(
      '{ dataset(name: "trial") { latestVersion { id } } }',
    );
    const { embedDataset } = await client.request<{
      embedDataset: { id: string; job: { id: string } | null };
    }>(
      'mutation ($id: ID!) { embedDataset(datasetVersionId: $id, encoderId: "clipwright/clip-mini") { id job { id } } }',
      { id: dataset.latestVersion.id },
    );
    acknowledged(journey, 'embedDataset', embedDataset.id);
    return embedDataset;
  });
  if (set.job) await followJob(journey, set.job.id);

  journey.onPhase('training');
  const runId = await insist(journey, async (client) => {
    // An unacknowledged request may have been carried out: the tag tells.
    const { runs, dataset } = await client.request<{
      runs: { nodes: { id: string }[] };
      dataset: { id: string };
    }>('{ runs(filter: { tags: ["trial"] }) { nodes { id } } dataset(name: "trial") { id } }');
    if (runs.nodes[0]) return acknowledged(journey, 'startRun', runs.nodes[0].id);
    const { startRun } = await client.request<{ startRun: { id: string } }>(
      'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
      {
        input: {
          datasetId: dataset.id,
          encoderId: 'clipwright/clip-mini',
          tags: ['trial'],
          seed: 7,
          config: { deterministic: true, epochs: 40, batchSize: 16, earlyStopping: null },
        },
      },
    );
    return acknowledged(journey, 'startRun', startRun.id);
  });
  await followRun(journey, runId);

  journey.onPhase('registration');
  await insist(journey, async (client) => {
    const { modelVersion } = await client.request<{ modelVersion: { id: string } | null }>(
      '{ modelVersion(ref: "trial/1") { id } }',
    );
    if (modelVersion) return acknowledged(journey, 'registerModel', modelVersion.id);
    const { registerModel } = await client.request<{ registerModel: { id: string } }>(
      'mutation ($id: ID!) { registerModel(runId: $id, name: "trial") { id } }',
      { id: runId },
    );
    return acknowledged(journey, 'registerModel', registerModel.id);
  });
  await insist(journey, async (client) => {
    await client.request(
      'mutation { setAlias(model: "trial", alias: "champion", version: 1) { id } }',
    );
    return acknowledged(journey, 'setAlias', 'champion');
  });
  return insist(journey, (client) => endState(client, runId));
}

export async function endState(client: ApiClient, runId?: string): Promise<EndState> {
  const id =
    runId ??
    (await client.request<{ runs: { nodes: { id: string }[] } }>('{ runs { nodes { id } } }')).runs
      .nodes[0]!.id;
  const { run, modelVersion, predict } = await client.request<{
    run: {
      status: string;
      datasetVersion: { digest: string; sampleCount: number };
      history: {
        epoch: number;
        trainLoss: number;
        validation: { meanAveragePrecision: number } | null;
      }[];
    };
    modelVersion: { sha256: string };
    predict: { scores: { label: { name: string }; score: number }[] }[];
  }>(
    `query ($id: ID!, $inputs: [PredictInput!]!) {
       run(id: $id) { status datasetVersion { digest sampleCount } history { epoch trainLoss validation { meanAveragePrecision } } }
       modelVersion(ref: "trial@champion") { sha256 }
       predict(model: "trial@champion", inputs: $inputs) { scores { label { name } score } }
     }`,
    { id, inputs: [{ text: 'a red ball beside a dog', image: { base64: PIXEL } }] },
  );
  return {
    digest: run.datasetVersion.digest,
    samples: run.datasetVersion.sampleCount,
    epochs: run.history.map(({ epoch, trainLoss, validation }) => ({
      epoch,
      trainLoss,
      meanAveragePrecision: validation?.meanAveragePrecision ?? null,
    })),
    finalStatus: run.status,
    modelSha256: modelVersion.sha256,
    prediction: predict[0]!.scores.map(({ label, score }) => ({ name: label.name, score })),
  };
}

/** @returns what of the ledger the server no longer knows */
export async function missingFromServer(client: ApiClient, ledger: Ledger): Promise<string[]> {
  const missing: string[] = [];
  const streams = new Map<string, Map<number, string>>();
  const exists: Record<string, string> = {
    importDataset: 'query ($id: ID!) { found: job(id: $id) { id } }',
    startRun: 'query ($id: ID!) { found: run(id: $id) { id } }',
    registerModel:
      'query ($id: ID!) { found: modelVersion(ref: "trial/1") { id } all: run(id: $id) { id } }',
    embedDataset:
      'query ($id: ID!) { found: dataset(name: "trial") { latestVersion { embeddingSets { id } } } all: run(id: $id) { id } }',
    setAlias:
      'query ($id: ID!) { found: modelVersion(ref: "trial@champion") { id } all: run(id: $id) { id } }',
  };
  for (const entry of ledger.read()) {
    if (entry.kind === 'event') {
      const [kind, id] = entry.stream.split(':') as ['job' | 'run', string];
      let events = streams.get(entry.stream);
      if (!events) {
        events = await replay(client, kind, id);
        streams.set(entry.stream, events);
      }
      if (events.get(entry.seq) !== entry.content)
        missing.push(`${entry.stream} event ${entry.seq}`);
    } else {
      const { found } = await client.request<{ found: unknown }>(exists[entry.mutation]!, {
        id: entry.id,
      });
      if (
        !JSON.stringify(found ?? null).includes(entry.mutation === 'setAlias' ? '"id"' : entry.id)
      ) {
        missing.push(`${entry.mutation} ${entry.id}`);
      }
    }
  }
  for (const [stream, events] of streams) {
    [...events.keys()].forEach((seq, place) => {
      if (seq !== place + 1) missing.push(`${stream} has a gap before event ${seq}`);
    });
  }
  return missing;
}

async function replay(
  client: ApiClient,
  kind: 'job' | 'run',
  id: string,
): Promise<Map<number, string>> {
  const events = new Map<number, string>();
  for await (const event of subscribe(client, kind, id, 0)) events.set(event.seq, contentOf(event));
  return events;
}

interface StreamEvent {
  seq: number;
  status: string;
  progress: number;
  message: string | null;
}

async function* subscribe(
  client: ApiClient,
  kind: 'job' | 'run',
  id: string,
  after: number,
): AsyncGenerator<StreamEvent> {
  const field =
    kind === 'job'
      ? 'jobEvents(jobId: $id, after: $after)'
      : 'runEvents(runId: $id, after: $after)';
  const query = `subscription ($id: ID!, $after: Int) { event: ${field} { seq status progress message } }`;
  for await (const { event } of client.subscribe<{ event: StreamEvent }>(query, { id, after }))
    yield event;
}

function contentOf(event: StreamEvent): string {
  return JSON.stringify([event.status, event.progress, event.message]);
}

async function follow(journey: Journey, kind: 'job' | 'run', id: string): Promise<void> {
  let after = 0;
  const last = await insist(journey, async (client) => {
    let status = '';
    for await (const event of subscribe(client, kind, id, after)) {
      if (event.seq !== after + 1) {
        throw new Error(`${kind} ${id}: event ${event.seq} came after ${after}`);
      }
      after = event.seq;
      status = event.status;
      journey.ledger.write({
        kind: 'event',
        stream: `${kind}:${id}`,
        seq: event.seq,
        content: contentOf(event),
      });
      journey.onLife();
    }
    // A socket closed without an error and without the last event is a server going down: go on from `after`.
    if (!ENDED.has(status)) throw new TypeError('the socket closed');
    return status;
  });
  if (last !== 'SUCCEEDED') throw new Error(`${kind} ${id} ended ${last}`);
}

const followJob = (journey: Journey, id: string) => follow(journey, 'job', id);
const followRun = (journey: Journey, id: string) => follow(journey, 'run', id);

function acknowledged(journey: Journey, mutation: string, id: string): string {
  journey.ledger.write({ kind: 'acknowledged', mutation, id });
  journey.onLife();
  return id;
}

/** What the server itself calls worth repeating. INTERNAL is not: an error that nobody planned for fails the trial. */
const TRANSIENT = new Set(['UNAVAILABLE', 'TOO_MANY_REQUESTS', 'PROCESS_DIED']);

/** Repeats until the server answers: a broken connection or a server that is not ready is no answer. */
async function insist<T>(journey: Journey, work: (client: ApiClient) => Promise<T>): Promise<T> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    try {
      return await work(await journey.connect());
    } catch (error) {
      const final = error instanceof ApiError ? !TRANSIENT.has(error.code ?? '') : isOurs(error);
      if (final || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Errors made by this file; those of sockets and of `fetch` are TypeErrors, close events or have codes. */
function isOurs(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.constructor === Error &&
    !('code' in error) &&
    / ended | came after /.test(error.message)
  );
}

/** A grey PNG of 8 × 8 pixels. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAD0lEQVQImWPowAEYhpYEANsRZgE07zdlAAAAAElFTkSuQmCC';
