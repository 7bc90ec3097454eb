import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells a process apart from all others, also from a later one with its pid. */
export interface ProcessIdentity {
  /** Where the pid means something: the machine since it was started, and the container. */
  host: string;
  pid: number;
  /** Clock ticks since the machine was started, or '' where the system does not say. */
  startTime: string;
}

export function thisProcess(): ProcessIdentity {
  return { host: pidSpace(), pid: process.pid, startTime: stat(process.pid)?.startTime ?? '' };
}

/** Whether the process has ended. Only for processes of this host. */
export function processHasEnded(other: { pid: number; startTime: string }): boolean {
  if (other.startTime !== '') {
    const found = stat(other.pid);
    return (
      !found || found.startTime !== other.startTime || found.state === 'Z' || found.state === 'X'
    );
  }
  try {
    process.kill(other.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Host names are shared by containers on the host's network, whose pids are not: the pid namespace tells them apart. */
function pidSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Fields 3 and 22 of /proc/<pid>/stat (man 5 proc_pid_stat); field 2, the name, may contain anything. */
function stat(pid: number): { state: string; startTime: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, startTime: fields[19]! };
  } catch {
    return undefined;
  }
}
