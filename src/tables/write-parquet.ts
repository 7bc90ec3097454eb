import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

/** As a column of a Parquet file: UTF8, LIST of UTF8, FLOAT, BOOLEAN. */
export type ParquetType = 'STRING' | 'STRINGS' | 'FLOAT' | 'BOOLEAN';

export interface ParquetColumn {
  readonly name: string;
  readonly type: ParquetType;
  readonly nullable: boolean;
}

export type ParquetValue = string | readonly string[] | number | boolean | null;

/** In the columns' order. */
export type ParquetRow = readonly ParquetValue[];

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** Of a row group, about: encoding one takes the process some 50 ms, and readers like large ones. */
const GROUP_BYTES = 8 * 2 ** 20;
/** What the end of the file says of each column of each row group has to be kept until then: some 500 bytes. */
const MAX_CHUNKS = 100_000;

/**
 * Rows as a Parquet file, a row group at a time; strings are compressed with Snappy, floats hardly could be.
 * @param numRows of the file; where rows are wide, the more there are, the larger the row groups
 */
export async function* writeParquet(
  columns: readonly ParquetColumn[],
  rows: AsyncIterable<ParquetRow>,
  numRows: number,
): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const schema = [root(columns), ...columns.flatMap(elementsOf)];
  const parquet = new ParquetWriter({
    writer,
    schema,
    createdBy: 'Clipwright',
    statistics: false,
  });
  const leastRows = Math.ceil((numRows * columns.length) / MAX_CHUNKS);
  let group = columns.map((): ParquetValue[] => []);
  let bytes = 0;
  const closeGroup = () => {
    parquet.write({ columnData: columnData(columns, group), rowGroupSize: group[0]!.length });
    group = columns.map(() => []);
    bytes = 0;
    return taken(writer);
  };
  for await (const row of rows) {
    row.forEach((value, column) => {
      group[column]!.push(value);
      bytes += sizeOf(value);
    });
    if (bytes >= GROUP_BYTES && group[0]!.length >= leastRows) yield closeGroup();
  }
  if (group[0]!.length > 0) yield closeGroup();
  parquet.finish();
  yield taken(writer);
}

function root({ length }: readonly ParquetColumn[]): SchemaElement {
  return { name: 'schema', num_children: length };
}

/** https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists */
function elementsOf({ name, type, nullable }: ParquetColumn): SchemaElement[] {
  const repetition_type = nullable ? 'OPTIONAL' : 'REQUIRED';
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
  switch (type) {
    case 'STRING':
      return [{ name, repetition_type, ...text }];
    case 'STRINGS':
      return [
        { name, repetition_type, num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'REQUIRED', ...text },
      ];
    default:
      return [{ name, repetition_type, type }];
  }
}

function columnData(columns: readonly ParquetColumn[], group: readonly ParquetValue[][]) {
  return columns.map(({ name, type }, column) => {
    const data = group[column]!;
    // The index of pages is for readers that look for single rows; nothing here is sorted.
    if (type !== 'FLOAT') return { name, data, offsetIndex: false };
    const floats = Float32Array.from(data as number[]);
    return {
      name,
      data: floats,
      offsetIndex: false,
      encoding: 'PLAIN' as const,
      codec: 'UNCOMPRESSED' as const,
    };
  });
}

function sizeOf(value: ParquetValue): number {
  if (typeof value === 'string') return 4 + value.length;
  if (Array.isArray(value)) return value.reduce((sum, each) => sum + 4 + each.length, 1);
  return typeof value === 'number' ? 4 : 1;
}

/** What was written since the last time; the writer's offset goes on. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
