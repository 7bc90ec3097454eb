// node examples/follow.mjs job|run <id>: prints events until the end. A dropped socket goes on after the last event.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { run, socketUrl, token } from './query.mjs';

const FIELDS = {
  job: 'jobEvents(jobId: $id, after: $after)',
  run: 'runEvents(runId: $id, after: $after)',
};
const ENDS = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

export async function* follow(kind, id) {
  const client = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const query = `subscription ($id: ID!, $after: Int) { event: ${FIELDS[kind]} { seq status progress message } }`;
  for (let after = 0, refusal, ended = false; !ended; ) {
    try {
      for await (const { data, errors } of client.iterate({ query, variables: { id, after } })) {
        refusal = errors?.[0];
        if (refusal) break;
        after = data.event.seq;
        ended = ENDS.includes(data.event.status);
        yield data.event;
      }
    } catch (error) {
      // A list of errors is an answer, a close with 44xx a refusal; anything else is a socket that dropped.
      refusal = Array.isArray(error)
        ? error[0]
        : error.code >= 4400
          ? { message: error.reason }
          : undefined;
      if (!refusal) await new Promise((resolve) => setTimeout(resolve, 500));
    }
    if (refusal) throw new Error(refusal.message);
  }
  await client.dispose();
}

await run(import.meta.url, ['job|run', 'id'], async (kind, id) => {
  for await (const event of follow(kind, id)) console.log(event);
});
