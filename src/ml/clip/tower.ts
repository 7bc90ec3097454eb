import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { TensorData } from '../graph/dtype.js';
import { Session, type TensorSignature, type Tensors } from '../runtime/session.js';

/** One of the two models of an encoder, checked against what the layout promises of it. Whoever opens it closes it. */
export class Tower {
  private constructor(
    private readonly session: Session,
    private readonly file: string,
    private readonly output: string,
    private readonly dimension: number,
    readonly inputNames: ReadonlySet<string>,
  ) {}

  static async open(
    path: string,
    file: string,
    expected: { inputs: readonly string[]; optionalInputs: readonly string[]; output: string },
    dimension: number,
    threads: number,
  ): Promise<Tower> {
    const session = await Session.open(path, { threads }).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message.slice(0, 300) : String(error);
      throw new ClipwrightError('ENCODER_FILE_INVALID', `${file} cannot be loaded: ${reason}`);
    });
    try {
      const inputNames = new Set(session.inputs.map(({ name }) => name));
      checkInputs(file, inputNames, expected);
      checkOutput(file, session.outputs, expected.output, dimension);
      return new Tower(session, file, expected.output, dimension, inputNames);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** @returns `[count, dimension]`, as the model gives it */
  async run(feeds: Tensors, count: number): Promise<Float32Array> {
    const results = await this.session.run(feeds, [this.output]);
    const result: TensorData | undefined = results[this.output];
    if (!(result?.data instanceof Float32Array) || result.data.length !== count * this.dimension) {
      throw new ClipwrightError(
        'ENCODER_FILE_INVALID',
        `${this.file}: expected float32 [${count}, ${this.dimension}] for '${this.output}' but received ${result?.dtype} [${result?.shape.join(', ')}]`,
      );
    }
    return result.data;
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

function checkInputs(
  file: string,
  present: ReadonlySet<string>,
  expected: { inputs: readonly string[]; optionalInputs: readonly string[] },
): void {
  const missing = expected.inputs.filter((name) => !present.has(name));
  const known = [...expected.inputs, ...expected.optionalInputs];
  const unknown = [...present].filter((name) => !known.includes(name));
  if (missing.length === 0 && unknown.length === 0) return;
  throw new ClipwrightError(
    'ENCODER_UNSUPPORTED',
    `${file}: expected the inputs ${known.join(', ')} but found ${[...present].join(', ')}`,
  );
}

function checkOutput(
  file: string,
  outputs: readonly TensorSignature[],
  name: string,
  dimension: number,
): void {
  const output = outputs.find((candidate) => candidate.name === name);
  if (!output) {
    const names = outputs.map((candidate) => candidate.name).join(', ');
    throw new ClipwrightError(
      'ENCODER_UNSUPPORTED',
      `${file}: expected the output ${name} but found ${names}`,
    );
  }
  const last = output.shape.at(-1);
  if (typeof last === 'number' && last !== dimension) {
    throw new ClipwrightError(
      'ENCODER_FILE_INVALID',
      `${file}: config.json says ${dimension} for the dimension but ${name} has ${last}`,
    );
  }
}
