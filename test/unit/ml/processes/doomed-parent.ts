// Starts a child that is busy, says its pid, and waits to be killed.
import { processEntry } from '../../../../src/ml/processes/process-entry.js';
import { ProcessPool } from '../../../../src/ml/processes/process-pool.js';
import type { OddJobs } from './odd-jobs.methods.js';

const pool = new ProcessPool<OddJobs>({
  name: 'odd jobs',
  entry: processEntry('odd-jobs.process', import.meta.url),
  size: 1,
  concurrency: 1,
  timeoutMs: null,
});
void pool.request('hang', null, { onEvent: () => process.send?.(pool.pids[0]) });
