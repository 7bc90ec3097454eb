import type { Encoder } from '../schema/encoder.type.js';
import type { Context } from './context.js';

/** An encoder that work was done with may be gone since; what is known about it then is its id. */
export async function encoderOf(context: Context, id: string, dimension = 0): Promise<Encoder> {
  const known = await context.loaders
    .keyed<Encoder | null>('encoders', async (ids) => {
      const listed = new Map(
        (await context.services.encoders.list()).map((each) => [each.id, each]),
      );
      return ids.map((each) => listed.get(each) ?? null);
    })
    .load(id);
  return (
    known ?? {
      id,
      name: id,
      dimension,
      imageSize: 0,
      contextLength: 0,
      status: 'FAILED',
      problem: 'It is no longer there.',
      sizeBytes: null,
      license: null,
      revision: null,
      tokens: [],
      precisions: [],
      isStored: false,
      jobId: null,
    }
  );
}
