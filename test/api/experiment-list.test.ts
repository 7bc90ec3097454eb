import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExperimentsApi, startExperimentsApi } from './support/experiments-api.js';

let api: ExperimentsApi;
beforeAll(async () => {
  api = await startExperimentsApi();
});
afterAll(() => api.stop());

describe('the list of experiments', () => {
  const LIST = `query($first: Int, $after: String) { experiments(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id name dataset { name }
      cells(first: 2) { totalCount nodes { config { epochs } runs { run { status dataset { name } } } } } } } }`;

  test('is the same page by page as in one, with as many statements for 2 as for 8', async () => {
    for (let i = 0; i < 11; i++)
      await api.embed(await api.startExperiment({ name: `e${i}`, seeds: [100 + i] }));
    await api.train();
    const statements = async (first: number) => {
      api.statements.length = 0;
      const { data, errors } = await api.post(LIST, { first });
      expect(errors).toBeUndefined();
      expect(data.experiments.nodes).toHaveLength(first);
      return api.statements.filter((text) => !/\btokens\b/.test(text)).length;
    };
    expect(await statements(8)).toBe(await statements(2));
    const reports = '{ experiments { nodes { report { numCellsCompared } } } }';
    expect((await api.post(reports)).errors?.[0].message).toContain('at most 10 experiments');
    const { data } = await api.post(LIST, { first: 200 });
    const names: string[] = [];
    let after: string | null = null;
    do {
      const page: {
        data: {
          experiments: {
            nodes: { name: string }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
      } = await api.post(LIST, { first: 3, after });
      names.push(...page.data.experiments.nodes.map((node) => node.name));
      const { hasNextPage, endCursor } = page.data.experiments.pageInfo;
      after = hasNextPage ? endCursor : null;
    } while (after !== null);
    expect(names).toEqual(data.experiments.nodes.map((node: { name: string }) => node.name));
    expect(names).toEqual(Array.from({ length: 11 }, (_, i) => `e${10 - i}`));
    expect(data.experiments.totalCount).toBe(names.length);
  });
});
