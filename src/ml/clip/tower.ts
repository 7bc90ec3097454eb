import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { TensorData } from '../graph/dtype.js';
import type { TokenShape } from '../nn/token-shape.js';
import type { SessionOptions } from '../runtime/open-inner.js';
import { Session, type TensorSignature, type Tensors } from '../runtime/session.js';
import { TOKENS_OUTPUT } from './kept-tokens.js';

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

  /** @param model a path, or the bytes of a graph @param file its name in messages */
  static async open(
    model: Uint8Array | string,
    file: string,
    expected: ExpectedTower,
    dimension: number,
    options: SessionOptions,
  ): Promise<Tower> {
    const session = await Session.open(model, options).catch((error: unknown) => {
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
    return this.#floats(results, this.output, [count, this.dimension]);
  }

  /** The same, and where tokens are kept of it the states of the last layer, `[count, length, width]`. */
  async runWithTokens(
    feeds: Tensors,
    count: number,
    kept: TokenShape | undefined,
  ): Promise<{ vectors: Float32Array; states?: Float32Array }> {
    if (!kept) return { vectors: await this.run(feeds, count) };
    const results = await this.session.run(feeds, [this.output, TOKENS_OUTPUT]);
    const length = results[TOKENS_OUTPUT]?.shape[1] ?? 0;
    return {
      vectors: this.#floats(results, this.output, [count, this.dimension]),
      states: this.#floats(results, TOKENS_OUTPUT, [count, length, kept.width]),
    };
  }

  #floats(
    results: Tensors,
    output: string,
    shape: readonly [count: number, ...rest: number[]],
  ): Float32Array {
    const result: TensorData | undefined = results[output];
    const size = shape.reduce((product, each) => product * each);
    if (result?.data instanceof Float32Array && result.data.length === size) return result.data;
    throw new ClipwrightError(
      'ENCODER_FILE_INVALID',
      `${this.file}: expected float32 [${shape.join(', ')}] for '${output}' but received ${result?.dtype} [${result?.shape.join(', ')}]`,
    );
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
