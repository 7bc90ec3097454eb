import { badUserInput } from '../errors/bad-user-input.js';
import type { Label } from '../schema/label.type.js';

/** Of a version's labels, by its key. @param argument that named it */
export function labelIndex(labels: readonly Label[], key: string, argument = 'label'): number {
  const index = labels.findIndex((label) => label.key === key);
  if (index !== -1) return index;
  throw badUserInput(
    `expected the key of one of the version's labels for \`${argument}\` but received ${JSON.stringify(key.slice(0, 80))}`,
  );
}
