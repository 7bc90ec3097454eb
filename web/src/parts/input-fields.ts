import { ENUMS, INPUTS } from '../api/inputs.generated.ts';
import { words } from './format.ts';

/** A field of one of the API's inputs, as a form shows it. */
export interface InputField {
  name: string;
  /** With the words that the selects have for the API's constants. */
  description: string;
  isList: boolean;
  kind: 'NUMBER' | 'INTEGER' | 'BOOLEAN' | 'TEXT' | 'CHOICE' | 'INPUT';
  /** Of a choice: its values with what the API says of them. */
  choices: readonly { name: string; description?: string }[];
  /** The name of the nested input. */
  input: string;
  /** The values of the sibling `kind` that have this option; null where the API does not name any. */
  kinds: readonly string[] | null;
}

export function fieldsOf(input: string): InputField[] {
  const fields = INPUTS[input] ?? [];
  const kindType = fields.find(({ name }) => name === 'kind')?.type.replaceAll(/\W/g, '') ?? '';
  const kinds = (ENUMS[kindType] ?? []).map(({ name }) => name);
  const ordered = [...fields].sort((a, b) => Number(b.name === 'kind') - Number(a.name === 'kind'));
  return ordered.map(({ name, type, description = '' }) => {
    const base = type.replaceAll(/\W/g, '');
    return {
      name,
      description: inWords(description),
      isList: type.startsWith('['),
      kind: kindOf(base),
      choices: (ENUMS[base] ?? []).map((choice) => ({
        ...choice,
        description: choice.description && inWords(choice.description),
      })),
      input: base,
      kinds: kindsIn(description, kinds),
    };
  });
}

const CONSTANTS = new Set(
  Object.values(ENUMS)
    .flat()
    .map(({ name }) => name),
);

function inWords(text: string): string {
  return text.replaceAll(/\b[A-Z][A-Z0-9_]+\b/g, (name) =>
    CONSTANTS.has(name) ? words(name) : name,
  );
}

function kindOf(base: string): InputField['kind'] {
  if (base in ENUMS) return 'CHOICE';
  if (base in INPUTS) return 'INPUT';
  if (base === 'Int') return 'INTEGER';
  if (base === 'Float') return 'NUMBER';
  if (base === 'Boolean') return 'BOOLEAN';
  return 'TEXT';
}

/**
 * The API's descriptions name the kinds that have an option before a colon, as in 'KNN: how many … TIP_ADAPTER: how
 * much …'. Where one begins otherwise, or says 'Heads over tokens:', it is shown for every kind.
 */
function kindsIn(description: string, kinds: readonly string[]): readonly string[] | null {
  const named = (text: string) =>
    kinds.filter((kind) => new RegExp(`(^|[^A-Z_])${kind}($|[^A-Z_])`).test(text));
  const prefixes = [...description.matchAll(/(?:^|\. )([^.:]+):/g)].map(([, prefix]) => prefix!);
  const [first = ''] = prefixes;
  if (!kinds.some((kind) => first.startsWith(kind))) return null;
  // What is longer is a sentence with a colon of its own.
  const lists = prefixes.filter((prefix) => prefix === first || prefix.length <= 40);
  if (lists.some((list) => named(list).length === 0)) return null;
  return lists.flatMap(named);
}

/** Options that the chosen kind has, as far as the API says. */
export function fieldsFor(input: string, kind: unknown): InputField[] {
  return fieldsOf(input).filter(
    (field) => field.kinds === null || typeof kind !== 'string' || field.kinds.includes(kind),
  );
}
