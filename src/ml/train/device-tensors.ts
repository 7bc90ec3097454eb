import { copyOf, exportCopy } from '../onnx/export-copy.js';
import { DeviceSession, type DeviceTensor, type DeviceTensors } from '../runtime/device-session.js';
import type { Tensors } from '../runtime/session.js';
import { openAll } from './open-all.js';

/** Tensors that were copied to the device, and the session that made them, without which they are not. */
export interface Upload {
  readonly tensors: DeviceTensors;
  /** Disposes of what is left of them first. */
  close(): Promise<void>;
}

export async function upload(tensors: Tensors, threads: number): Promise<Upload> {
  // ONNX Runtime opens no model without a node.
  if (Object.keys(tensors).length === 0) return { tensors: {}, close: async () => {} };
  return openAll(async (opened) => {
    const session = await opened(openCopy(tensors, threads, true));
    const { kept } = await session.run(tensors);
    const own = (name: string): [string, DeviceTensor] => [name, kept[copyOf(name)]!];
    return {
      tensors: Object.fromEntries(Object.keys(tensors).map(own)),
      async close() {
        dispose(kept);
        await session.close();
      },
    };
  });
}

/** A session whose runs bring tensors of these names, dtypes and shapes back from the device, as `copyOf` names them. */
export function openDownload(like: Tensors, threads: number): Promise<DeviceSession> {
  return openCopy(like, threads, false);
}

function openCopy(like: Tensors, threads: number, keep: boolean): Promise<DeviceSession> {
  const outputs = Object.keys(like).map(copyOf);
  return DeviceSession.open(exportCopy(like), { threads, outputs, keep: () => keep });
}

export function dispose(tensors: DeviceTensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
