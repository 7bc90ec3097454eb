import type { DeviceFailure } from '../runtime/device.js';
import { DeviceError, namingItsErrors } from './device-error.js';
import type { Engine } from './engine.js';
import type { Usable } from './open-engine.js';

/**
 * `train` on an engine's device, and once more on `cpu` where the device fails in the middle: a buffer too large for it, memory
 * that runs out, a driver that resets it. The second time goes on from the checkpoint of the first. Neither that nor a device
 * that failed before is silent: `onFailure` is told.
 */
export async function trainOnDevice<T>(
  { engine, device, failure }: Usable,
  cpu: Engine,
  train: (engine: Engine) => Promise<T>,
  onFailure: (failure: DeviceFailure) => void,
): Promise<T> {
  if (failure) onFailure(failure);
  if (device === 'cpu') return train(engine);
  try {
    return await train(namingItsErrors(engine));
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    onFailure({
      message:
        `${device} failed in the middle of the training, so the CPU goes on from the last whole epoch; ` +
        '`CLIPWRIGHT_DEVICE=cpu` keeps trainings off it',
      cause: error.cause,
    });
    return train(cpu);
  }
}
