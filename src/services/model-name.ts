import { badUserInput } from '../errors/bad-user-input.js';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Models, aliases and tags share one form, which is safe in a reference, a URL and a file name. */
export function isName(name: string): boolean {
  return NAME.test(name);
}

/** @param argument what the client calls it, for the message */
export function checkModelName(name: string, argument: string): string {
  if (isName(name)) return name;
  throw badUserInput(
    `expected [a-z0-9][a-z0-9._-]{0,63} for \`${argument}\` but received ${JSON.stringify(name.slice(0, 80))}`,
  );
}

const MAX_TAGS = 64;

/** @returns the tags without repetitions, in the order given */
export function checkTags(tags: readonly string[]): string[] {
  const unique = [...new Set(tags)];
  if (unique.length > MAX_TAGS) {
    throw badUserInput(`expected at most ${MAX_TAGS} \`tags\` but received ${unique.length}`);
  }
  return unique.map((tag) => checkModelName(tag, 'tags'));
}
