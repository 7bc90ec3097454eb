import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { TensorData } from '../graph/dtype.js';
import type { SessionOptions } from '../runtime/open-inner.js';
import { Session, type TensorSignature, type Tensors } from '../runtime/session.js';

export interface ExpectedTower {
  readonly inputs: readonly string[];
  readonly optionalInputs: readonly string[];
  /** Names that the embedding may have; the first that is there counts. */
  readonly outputs: readonly string[];
}

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
    expected: ExpectedTower,
    dimension: number,
    options: SessionOptions,
  ): Promise<Tower> {
    const session = await Session.open(path, options).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message.slice(0, 300) : String(error);
      throw new ClipwrightError('ENCODER_FILE_INVALID', `${file} cannot be loaded: ${reason}`);
    });
    try {
      const inputNames = new Set(session.inputs.map(({ name }) => name));
      checkInputs(file, inputNames, expected);
      const output = findOutput(file, session.outputs, expected.outputs, dimension);
      return new Tower(session, file, output, dimension, inputNames);
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

  /** Tokens of each text, padding included, where the model was exported for one length; else null. */
  get textLength(): number | null {
    const length = this.session.inputs.find(({ name }) => name === 'input_ids')?.shape[1];
    return typeof length === 'number' ? length : null;
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

function checkInputs(file: string, present: ReadonlySet<string>, expected: ExpectedTower): void {
  const missing = expected.inputs.filter((name) => !present.has(name));
  const known = [...expected.inputs, ...expected.optionalInputs];
  const unknown = [...present].filter((name) => !known.includes(name));
  if (missing.length === 0 && unknown.length === 0) return;
  throw new ClipwrightError(
    'ENCODER_UNSUPPORTED',
    `${file}: expected the inputs ${known.join(', ')} but found ${[...present].join(', ')}`,
  );
}

function findOutput(
  file: string,
  outputs: readonly TensorSignature[],
  names: readonly string[],
  dimension: number,
): string {
  const output = names.flatMap((name) => outputs.filter((each) => each.name === name))[0];
  if (!output) {
    const found = outputs.map(({ name }) => name).join(', ');
    throw new ClipwrightError(
      'ENCODER_UNSUPPORTED',
      `${file}: expected the output ${names.join(' or ')} but found ${found}`,
    );
  }
  const last = output.shape.at(-1);
  if (typeof last === 'number' && last !== dimension) {
    throw new ClipwrightError(
      'ENCODER_FILE_INVALID',
      `${file}: config.json says ${dimension} for the dimension but ${output.name} has ${last}`,
    );
  }
  return output.name;
}
