import type { Engine, GraphRunner, StepRunner } from './engine.js';

/** What a device threw, told apart from every other reason for which a training ends. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';

  constructor(cause: unknown) {
    super('the device failed', { cause });
  }
}

/** `engine`, with whatever it throws as the cause of a DeviceError. */
export function namingItsErrors(engine: Engine): Engine {
  return {
    ...engine,
    openStep: async (...given) => stepRunner(await named(engine.openStep(...given))),
    openGraph: async (...given) => graphRunner(await named(engine.openGraph(...given))),
  };
}

const stepRunner = (inner: StepRunner): StepRunner => ({
  state: () => named(inner.state()),
  run: (feeds) => named(inner.run(feeds)),
  close: () => named(inner.close()),
});

const graphRunner = (inner: GraphRunner): GraphRunner => ({
  run: (feeds) => named(inner.run(feeds)),
  close: () => named(inner.close()),
});

async function named<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new DeviceError(error);
  }
}
