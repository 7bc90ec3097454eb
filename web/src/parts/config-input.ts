import type { InputValue } from './input-form.tsx';

/**
 * A run's configuration as the input that makes another like it: without the options that its kinds do not have, which
 * are null there. Null early stopping stays: it says that there is none.
 */
export function configInput(config: object): InputValue {
  return {
    ...(withoutNulls(config) as InputValue),
    ...('earlyStopping' in config && config.earlyStopping === null && { earlyStopping: null }),
  };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, each]) => each !== null && name !== '__typename')
      .map(([name, each]) => [name, withoutNulls(each)]),
  );
}
