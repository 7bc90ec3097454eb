import { readFileSync } from 'node:fs';

const CHECK_MILLISECONDS = 500;

/**
 * Under `npm start` this process ends when npm does. npm passes signals on, but `kill -9` it cannot, and a server that
 * nobody sees any more would keep the data directory. Without npm nothing is watched: `nohup node …` stays.
 */
export function endWithNpm() {
  if (!process.env.npm_lifecycle_event || process.platform !== 'linux') return;
  const above = ancestors();
  const stop = () => clearInterval(timer);
  let listening = false;
  const timer = setInterval(() => {
    // A shutdown that is under way is not to be hurried by a second signal. Only beside the program's own listeners:
    // one alone would keep the signal from ending a process that has not got so far.
    if (!listening && process.listenerCount('SIGTERM') > 0) {
      listening = true;
      for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
    }
    if (ancestors().join() === above.join()) return;
    stop();
    process.kill(process.pid, 'SIGTERM');
  }, CHECK_MILLISECONDS);
  timer.unref();
}

/** Up to npm: it starts a shell, which may start us or become us. */
function ancestors() {
  const pids = [];
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) {
    pids.push(pid);
    if (commandOf(pid).includes('npm')) return pids;
  }
  return pids;
}

function parentOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}
