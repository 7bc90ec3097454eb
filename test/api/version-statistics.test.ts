import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Rng } from '../../src/ml/data/rng.js';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedVersion } from './support/seed.js';

/** Each with what a caption must match, by hand. */
const LABELS = [
  { key: '1', name: 'Bus', pattern: /\bbus(s|es)?\b/i },
  { key: '2', name: 'dining table', pattern: /(?=.*\bdining\b)(?=.*\btables?\b)/i },
  { key: '3', name: 'berry', pattern: /\bberry\b|\bberries\b/i },
  { key: '4', name: 'cat', pattern: /\bcats?\b/i },
];
const CAPTIONS = [
  'Two buses, parked',
  'A busy street',
  'the TABLE in a dining-room',
  'dining without',
  "A cat's berries on tables for dining",
  'Cats & concatenation of a berry',
  'bus',
  null,
];

interface Planted {
  caption: string | null;
  labels: number[];
  unknown: number[];
  labelled: boolean;
  split: string;
}

let api: Api;
let versionId: string;
let planted: Planted[];

beforeAll(async () => {
  api = await startApi({});
  const seeded = await seedDataset(api.db, { name: 'photos', samples: 200 });
  versionId = seeded.versionId;
  const rng = Rng.fromSeed(5);
  planted = Array.from({ length: 200 }, () => ({
    caption: CAPTIONS[rng.below(CAPTIONS.length)]!,
    ...(() => {
      const labels = LABELS.flatMap((_, label) => (rng.uniform() < 0.5 - label / 10 ? label : []));
      const others = LABELS.flatMap((_, label) => (labels.includes(label) ? [] : label));
      return { labels, unknown: others.filter(() => rng.uniform() < 0.2) };
    })(),
    labelled: rng.uniform() < 0.9,
    split: ['TRAIN', 'VALIDATION', 'TEST'][rng.below(3)]!,
  }));
  await api.db.query('update dataset_versions set labels = $2 where id = $1', [
    versionId,
    JSON.stringify(LABELS.map(({ key, name }) => ({ key, name }))),
  ]);
  for (const [position, { caption, labels, unknown, labelled, split }] of planted.entries()) {
    await api.db.query(
      `update samples set caption = $3, labels = $4, labelled = $5, split = $6::"Split",
         unknown_labels = $7
       where version_id = $1 and position = $2`,
      [versionId, position, caption, labels, labelled, split, unknown],
    );
  }
});
afterAll(() => api.stop());

const chosen = (split: string | null) =>
  planted.filter((sample) => sample.labelled && (split === null || sample.split === split));

const QUERY = `query($id: ID!, $split: Split, $limit: Int) { datasetVersion(id: $id) {
  coOccurrence(split: $split, limit: $limit) { a { name } b { name } count lift bGivenA aGivenB }
  captionMatches(split: $split) { label { name } support matched precision recall f1 }
  cardinality(split: $split) { numLabels numSamples } } }`;

async function statistics(variables: object) {
  const { data, errors } = await api.post(QUERY, { id: versionId, ...variables });
  expect(errors).toBeUndefined();
  return data.datasetVersion;
}

describe.each([null, 'TEST'])('of the split %s', (split) => {
  test('pairs of labels are counted as by brute force, the most frequent first', async () => {
    const { coOccurrence } = await statistics({ split });
    const samples = chosen(split);
    const share = (...wanted: number[]) =>
      samples.filter(({ labels }) => wanted.every((label) => labels.includes(label))).length;
    const expected = [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ].flatMap(([a, b]) => {
      const count = share(a!, b!);
      const name = (label: number) => ({ name: LABELS[label]!.name });
      return count === 0
        ? []
        : {
            a: name(a!),
            b: name(b!),
            count,
            lift: expect.closeTo(
              count /
                samples.length /
                ((share(a!) / samples.length) * (share(b!) / samples.length)),
              10,
            ),
            bGivenA: count / share(a!),
            aGivenB: count / share(b!),
          };
    });
    expect(expected.length).toBeGreaterThan(3);
    expect(coOccurrence).toEqual(expected.toSorted((x, y) => y.count - x.count));
  });

  test('labels are looked for in captions as words, as regular expressions find them', async () => {
    const { captionMatches } = await statistics({ split });
    const samples = chosen(split).filter(({ caption }) => caption !== null);
    expect(captionMatches).toEqual(
      LABELS.map(({ name, pattern }, label) => {
        const carried = samples.filter(({ labels }) => labels.includes(label));
        const matched = samples.filter(
          ({ caption, unknown }) => pattern.test(caption!) && !unknown.includes(label),
        );
        const both = carried.filter((sample) => matched.includes(sample)).length;
        return {
          label: { name },
          support: carried.length,
          matched: matched.length,
          precision: both / matched.length,
          recall: both / carried.length,
          f1: (2 * both) / (matched.length + carried.length),
        };
      }),
    );
  });

  test('samples are counted by their number of labels', async () => {
    const { cardinality } = await statistics({ split });
    const counts = new Map<number, number>();
    for (const { labels } of chosen(split)) {
      counts.set(labels.length, (counts.get(labels.length) ?? 0) + 1);
    }
    expect(cardinality).toEqual(
      [...counts]
        .toSorted(([a], [b]) => a - b)
        .map(([numLabels, numSamples]) => ({ numLabels, numSamples })),
    );
  });
});

test('a label that neither samples nor captions have says so', async () => {
  await api.db.query(
    `update dataset_versions set labels = labels || '[{"key":"9","name":"unicorn"}]' where id = $1`,
    [versionId],
  );
  const { captionMatches } = await statistics({});
  expect(captionMatches.at(-1)).toEqual({
    label: { name: 'unicorn' },
    support: 0,
    matched: 0,
    precision: null,
    recall: null,
    f1: null,
  });
});

test('a few pairs come where a few are asked for, and no more than 500', async () => {
  expect((await statistics({ limit: 2 })).coOccurrence).toHaveLength(2);
  for (const limit of [0, 501]) {
    const { errors } = await api.post(QUERY, { id: versionId, limit });
    expect(errors![0]!.message).toBe(`expected 1 to 500 for \`limit\` but received ${limit}`);
  }
});

test('eleven versions at a time are refused', async () => {
  const { datasetId } = await seedDataset(api.db, { name: 'many', samples: 3 });
  for (let number = 2; number <= 11; number++) {
    await seedVersion(api.db, { datasetId, jobId: null, number, samples: 3 });
  }
  const VERSIONS = `query($id: ID!, $first: Int) { dataset(id: $id) {
    versions(first: $first) { nodes { captionMatches { support } } } } }`;
  const ten = await api.post(VERSIONS, { id: datasetId, first: 10 });
  expect(ten.errors).toBeUndefined();
  const eleven = await api.post(VERSIONS, { id: datasetId, first: 11 });
  expect(eleven.errors![0]!.message).toBe(
    'expected `captionMatches` of at most 10 versions but received 11',
  );
});
