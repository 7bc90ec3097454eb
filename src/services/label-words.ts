/** Whatever is no letter and no digit of ASCII and no other character beyond it: `captionMatchCounts` splits captions by the same. */
export const BETWEEN_WORDS = '[\\x01-/:-@\\[-`{-\\x7f]+';

const SEPARATOR = new RegExp(BETWEEN_WORDS);

/**
 * The words of a label's name, each as the forms in which a caption may have it: as it is and in the simple English plural
 * (bus, buss, buses; berry, berries). Irregular plurals and synonyms are not looked for: this is the baseline that needs no
 * model. In lower case.
 */
export function labelWords(name: string): string[][] {
  const words = name.toLowerCase().split(SEPARATOR).filter(Boolean);
  return [...new Set(words)].map((word) => {
    const plurals = [`${word}s`, `${word}es`];
    if (word.endsWith('y')) plurals.push(`${word.slice(0, -1)}ies`);
    return [word, ...plurals];
  });
}
