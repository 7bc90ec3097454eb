export interface SerialSource<T> {
  /** The next value, or null where nothing comes any more. Never called while an earlier call is under way. */
  produce(): Promise<T | null>;
  /** Called once, however it ends; a `produce` that waits then comes back. */
  close(): void;
}

/**
 * An iterator whose values are asked for one after the other. Unlike a generator's, its `return` works while `next` waits.
 *
 *   open ──null, error, `return`, `throw`──▶ closed
 */
export function serialIterator<T>(source: SerialSource<T>): AsyncIterableIterator<T, undefined> {
  let closed = false;
  let turn: Promise<unknown> = Promise.resolve();

  const finish = (): IteratorReturnResult<undefined> => {
    if (!closed) source.close();
    closed = true;
    return { done: true, value: undefined };
  };

  const step = async (): Promise<IteratorResult<T, undefined>> => {
    if (closed) return finish();
    try {
      const value = await source.produce();
      return value === null || closed ? finish() : { done: false, value };
    } catch (error) {
      finish();
      throw error;
    }
  };

  return {
    next() {
      const result = turn.then(step);
      turn = result.catch(() => {});
      return result;
    },
    return: () => Promise.resolve(finish()),
    throw(error) {
      finish();
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
