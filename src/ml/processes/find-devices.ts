import { lowestCosine } from '../clip/lowest-cosine.js';
import type { Backend } from '../runtime/backends.js';
import {
  DEVICE_REMEDIES,
  type Device,
  type DeviceChoice,
  type DeviceFailure,
} from '../runtime/device.js';
import type { Probe, ProbeMethods } from './probe.methods.js';
import { PROBE_WIDTH } from './probe-graph.js';
import { processEntry } from './process-entry.js';
import { ProcessPool } from './process-pool.js';

/**
 * USABLE: it computes what the CPU does. SOFTWARE: it does so on the CPU, so only whoever names it gets it. DIFFERS: it computes
 * something else. FAILED: it could not be opened, or did not answer. NOT_TRIED: the setting names another.
 */
export type DeviceStatus =
  | 'USABLE'
  | 'SOFTWARE'
  | 'DIFFERS'
  | 'FAILED'
  | 'NOT_INSTALLED'
  | 'NOT_TRIED';

export interface FoundDevice {
  readonly device: Device;
  readonly status: DeviceStatus;
  /** Whether it embeds. */
  readonly chosen: boolean;
  /** Why it was not chosen, in a sentence; of the chosen one, what is to be known of it. Null where there is nothing to say. */
  readonly reason: string | null;
  /** How long a part of a ViT took; null where that was not measured. */
  readonly milliseconds: number | null;
}

export interface DeviceSearch {
  /** The CPU first. */
  readonly found: readonly FoundDevice[];
  readonly device: Device;
  /** Why it is not the device that the setting names. */
  readonly failure?: DeviceFailure;
}

/** To the CPU's: what a device has to reach on the probe. What encoders give on it is checked encoder by encoder. */
const LEAST_COSINE = 0.999;
const TIMEOUT_MS = 60_000;

/** Runs something in a process of its own, which may end as it likes. */
export type InChild = <Name extends keyof ProbeMethods & string>(
  method: Name,
  payload: ProbeMethods[Name]['payload'],
) => Promise<ProbeMethods[Name]['result']>;

/**
 * Tries the devices that there are, each in a disposable process: seconds. Where `choice` is `cpu` nothing is tried.
 * @param onFailure hears what a driver or ONNX Runtime said, which clients must not see
 */
export async function findDevices(
  { choice, threads }: { choice: DeviceChoice; threads: number },
  onFailure: (failure: DeviceFailure) => void,
  run: InChild = inChild,
): Promise<DeviceSearch> {
  const cpu = { device: 'cpu', status: 'USABLE' } as const;
  if (choice === 'cpu') {
    const reason =
      '`CLIPWRIGHT_DEVICE=cpu` is the default; with `auto` the server also looks for a GPU';
    return { device: 'cpu', found: [{ ...cpu, chosen: true, reason, milliseconds: null }] };
  }
  const backends = await run('backends', null);
  const own = await run('probe', { device: 'cpu', threads });
  const tried: Tried[] = [{ ...cpu, reason: null, milliseconds: own.milliseconds }];
  for (const device of others(backends, choice)) {
    const backend = backends.find((each) => each.device === device);
    if (choice !== 'auto' && choice !== device) {
      const reason = `\`CLIPWRIGHT_DEVICE=${choice}\` names another`;
      tried.push({ device, status: 'NOT_TRIED', reason, milliseconds: null });
    } else if (!backend?.installed) {
      const reason = DEVICE_REMEDIES[device];
      tried.push({ device, status: 'NOT_INSTALLED', reason, milliseconds: null });
    } else {
      tried.push(await tryDevice(device, own, () => run('probe', { device, threads }), onFailure));
    }
  }
  return choose(choice, tried);
}

type Tried = Omit<FoundDevice, 'chosen'>;
type Other = Exclude<Device, 'cpu'>;

/** With the one that was named, though there be none on this system. */
function others(backends: readonly Backend[], choice: DeviceChoice): Other[] {
  const names = new Set<DeviceChoice>([...backends.map(({ device }) => device), choice]);
  return [...names].filter((name): name is Other => name !== 'cpu' && name !== 'auto');
}

async function tryDevice(
  device: Other,
  own: Probe,
  probe: () => Promise<Probe>,
  onFailure: (failure: DeviceFailure) => void,
): Promise<Tried> {
  try {
    const { vectors, milliseconds, software } = await probe();
    const cosine = lowestCosine(vectors, own.vectors, PROBE_WIDTH);
    if (!(cosine >= LEAST_COSINE)) {
      const reason = `what it computes has a cosine of ${cosine.toFixed(4)} to what the CPU does, below ${LEAST_COSINE}`;
      return { device, status: 'DIFFERS', reason, milliseconds };
    }
    if (software !== null) {
      const reason = `${software} computes it on the CPU: name it to have it all the same`;
      return { device, status: 'SOFTWARE', reason, milliseconds };
    }
    return { device, status: 'USABLE', reason: null, milliseconds };
  } catch (cause) {
    onFailure({ message: `${device} cannot be used`, cause });
    return { device, status: 'FAILED', reason: DEVICE_REMEDIES[device], milliseconds: null };
  }
}

function choose(choice: Exclude<DeviceChoice, 'cpu'>, tried: readonly Tried[]): DeviceSearch {
  const usable = tried.filter(({ device, status }) =>
    choice === 'auto' ? status === 'USABLE' : device === choice && isAble(status),
  );
  const [best] = usable.sort((a, b) => (a.milliseconds ?? 0) - (b.milliseconds ?? 0));
  const device = best?.device ?? 'cpu';
  const quickest = best?.milliseconds?.toFixed(1);
  const found = tried.map((each) => {
    const chosen = each.device === device;
    if (chosen || each.reason !== null) return { ...each, chosen };
    const reason =
      choice === 'auto'
        ? `it took ${each.milliseconds?.toFixed(1)} ms where ${device} took ${quickest}`
        : `\`CLIPWRIGHT_DEVICE=${choice}\` names another`;
    return { ...each, chosen, reason };
  });
  if (best || choice === 'auto') return { device, found };
  const reason = tried.find((each) => each.device === choice)!.reason;
  const message = `${choice} cannot be used, so the CPU embeds: ${reason}`;
  return { device, found, failure: { message, cause: null } };
}

function isAble(status: DeviceStatus): boolean {
  return status === 'USABLE' || status === 'SOFTWARE';
}

const inChild: InChild = async (method, payload) => {
  const pool = new ProcessPool<ProbeMethods>({
    name: 'probe',
    entry: processEntry('probe.process', import.meta.url),
    size: 1,
    concurrency: 1,
    timeoutMs: TIMEOUT_MS,
    retries: 0,
    nice: 5,
  });
  try {
    return await pool.request(method, payload);
  } finally {
    await pool.close();
  }
};
