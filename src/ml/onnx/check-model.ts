import { ClipwrightError } from '../../errors/clipwright-error.js';
import { type DataFile, ModelWalk } from './model-walk.js';
import { ProtoFile } from './proto-file.js';

/** Protobuf's own limit; larger weights lie beside the graph. */
const MAX_GRAPH_BYTES = 2 ** 31;

/**
 * Looks through an ONNX file from elsewhere before ONNX Runtime gets to see it: weights outside lie in `data` alone, every op is of a
 * domain that ONNX Runtime has or a function of the file, and graph and functions stay within bounds once all functions are
 * put in. Reads the structure alone, some hundred kilobytes of a tower; no more is in memory at once than a name.
 *
 * What is left for the process that opens it: ops that ask for much memory.
 * @param file its name in messages
 * @returns the names of its outputs
 * @throws ENCODER_FILE_INVALID, ENCODER_UNSUPPORTED
 */
export async function checkModel(path: string, file: string, data: DataFile): Promise<string[]> {
  const proto = await ProtoFile.open(path);
  try {
    if (proto.size > MAX_GRAPH_BYTES) throw new Error('it has more than 2 GiB');
    return await new ModelWalk(proto, data).check();
  } catch (error) {
    if (error instanceof ClipwrightError) {
      throw new ClipwrightError(error.code, `${file}: ${error.message}`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClipwrightError('ENCODER_FILE_INVALID', `${file} is no sound ONNX file: ${reason}`);
  } finally {
    await proto.close();
  }
}
