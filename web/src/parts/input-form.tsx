import {
  Checkbox,
  Fieldset,
  NumberInput,
  Select,
  SimpleGrid,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { words } from './format.ts';
import { fieldsFor, type InputField } from './input-fields.ts';

/** Of an input: what is left out is not there, and the API takes its default. */
export type InputValue = { readonly [name: string]: unknown };

/** A form of one of the API's inputs, with the API's own words for its fields. */
export function InputForm({
  input,
  value,
  onChange,
  without = [],
}: {
  input: string;
  value: InputValue;
  onChange: (value: InputValue) => void;
  /** Fields that stand elsewhere. */
  without?: readonly string[];
}) {
  // Lists of inputs have no form: where one is needed, the page makes its own.
  const fields = fieldsFor(input, value.kind).filter(
    ({ name, kind, isList }) => !without.includes(name) && !(kind === 'INPUT' && isList),
  );
  const set = (name: string) => (next: unknown) => {
    const { [name]: _before, ...others } = value;
    // An option of the kind before may be one that the next kind does not have.
    if (name === 'kind') return onChange(next === undefined ? {} : { kind: next });
    onChange(next === undefined ? others : { ...others, [name]: next });
  };
  const plain = fields.filter(({ kind }) => kind !== 'INPUT');
  // Options belong to a kind: there is nothing to say of them before one is chosen.
  const hasKind = fields.some(({ name }) => name === 'kind');
  const shown =
    hasKind && value.kind === undefined ? plain.filter(({ name }) => name === 'kind') : plain;
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {shown.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={value[field.name]}
            onChange={set(field.name)}
          />
        ))}
      </SimpleGrid>
      {fields
        .filter(({ kind }) => kind === 'INPUT')
        .map((field) => (
          <Nested
            key={field.name}
            field={field}
            value={value[field.name]}
            onChange={set(field.name)}
          />
        ))}
    </>
  );
}

interface FieldProps {
  field: InputField;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Nested({ field, value, onChange }: FieldProps) {
  const mayBeNone = /null:/.test(field.description);
  return (
    <Fieldset legend={titleOf(field.name)} mt="md">
      {field.description && <HelpText text={field.description} />}
      {mayBeNone && (
        <Checkbox
          my="xs"
          label="None"
          checked={value === null}
          onChange={(event) => onChange(event.currentTarget.checked ? null : undefined)}
        />
      )}
      {value !== null && (
        <InputForm
          input={field.input}
          value={(value as InputValue | undefined) ?? {}}
          onChange={(next) => onChange(Object.keys(next).length === 0 ? undefined : next)}
        />
      )}
    </Fieldset>
  );
}

function Field({ field, value, onChange }: FieldProps) {
  const label = titleOf(field.name);
  const common = { label, description: field.description || undefined, size: 'sm' as const };
  if (field.isList) {
    const isNumber = field.kind === 'INTEGER' || field.kind === 'NUMBER';
    return (
      <TagsInput
        {...common}
        placeholder="left out"
        value={((value as readonly unknown[] | undefined) ?? []).map(String)}
        splitChars={isNumber ? [',', ' '] : []}
        allowDuplicates
        onChange={(texts) => {
          const values = isNumber ? texts.map(Number).filter(Number.isFinite) : texts;
          onChange(values.length === 0 ? undefined : values);
        }}
      />
    );
  }
  switch (field.kind) {
    case 'CHOICE':
      return (
        <Select
          {...common}
          description={
            field.choices.find(({ name }) => name === value)?.description ?? common.description
          }
          placeholder="left out"
          data={field.choices.map(({ name }) => ({ value: name, label: words(name) }))}
          value={typeof value === 'string' ? value : null}
          onChange={(next) => onChange(next ?? undefined)}
          clearable
          searchable
        />
      );
    case 'NUMBER':
    case 'INTEGER':
      return (
        <NumberInput
          {...common}
          placeholder="left out"
          allowDecimal={field.kind === 'NUMBER'}
          hideControls={field.kind === 'NUMBER'}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      );
    case 'BOOLEAN':
      return (
        <Select
          {...common}
          placeholder="left out"
          data={[
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
          value={typeof value === 'boolean' ? String(value) : null}
          onChange={(next) => onChange(next === null ? undefined : next === 'true')}
          clearable
        />
      );
    default:
      return (
        <TextInput
          {...common}
          placeholder="left out"
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        />
      );
  }
}

function HelpText({ text }: { text: string }) {
  return (
    <p style={{ margin: '0 0 8px', fontSize: 12, color: 'var(--mantine-color-dimmed)' }}>{text}</p>
  );
}

/** `labelSmoothing` as 'Label smoothing'. */
function titleOf(name: string): string {
  return words(name.replaceAll(/([A-Z])/g, '_$1'));
}
