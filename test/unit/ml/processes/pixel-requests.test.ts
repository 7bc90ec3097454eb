import { describe, expect, it } from 'vitest';
import { ClipwrightError } from '../../../../src/errors/clipwright-error.js';
import type { ImageGeometry } from '../../../../src/ml/image/image-preprocessing.js';
import type {
  ImageMethods,
  PixelsPayload,
  PixelsResult,
} from '../../../../src/ml/processes/image.methods.js';
import { PixelRequests } from '../../../../src/ml/processes/pixel-requests.js';
import type { RequestOptions } from '../../../../src/ml/processes/pool-request.js';
import type { ProcessPool } from '../../../../src/ml/processes/process-pool.js';

const geometry: ImageGeometry = {
  resize: { kind: 'exact', width: 1, height: 1 },
  crop: { width: 1, height: 1 },
  cropRounding: 'floor',
  filter: 'bicubic',
};

/** Gives each image the number in its path as level; dies over 'poison', cannot decode 'broken'. */
function fakePool() {
  const groups: { paths: string[]; options: RequestOptions<never> }[] = [];
  const pool = {
    async request(
      _: 'pixels',
      payload: PixelsPayload,
      options: RequestOptions<never>,
    ): Promise<PixelsResult> {
      const paths = payload.sources.map((source) => ('path' in source ? source.path : ''));
      groups.push({ paths, options });
      if (paths.includes('poison')) throw new ClipwrightError('PROCESS_DIED', 'dead');
      const levels = Uint8Array.from(paths.flatMap((path) => [Number(path) || 0, 0, 0]));
      const error = {
        code: 'IMAGE_UNDECODABLE' as const,
        message: 'no',
        stack: undefined,
        retryable: false,
      };
      const errors = new Map(paths.flatMap((path, i) => (path === 'broken' ? [[i, error]] : [])));
      return { levels, errors };
    },
  };
  return { groups, requests: new PixelRequests(pool as unknown as ProcessPool<ImageMethods>, 100) };
}

const add = (requests: PixelRequests, path: string, options = {}) =>
  requests.add({ path: String(path) }, geometry, options);

describe('requests for pixels', () => {
  it('of one tick travel together, eight at most', async () => {
    const { groups, requests } = fakePool();
    const levels = await Promise.all(
      Array.from({ length: 10 }, (_, i) => add(requests, String(i))),
    );
    expect(levels.map(([red]) => red)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(groups.map(({ paths }) => paths.length)).toEqual([8, 2]);
  });

  it('travel apart where they differ in priority, signal or tick', async () => {
    const { groups, requests } = fakePool();
    const { signal } = new AbortController();
    const first = [
      add(requests, '1'),
      add(requests, '2', { priority: 1 }),
      add(requests, '3', { signal }),
    ];
    await Promise.all(first);
    await add(requests, '4');
    expect(groups.map(({ paths }) => paths)).toEqual([['1'], ['2'], ['3'], ['4']]);
    expect(groups[2]?.options.signal).toBe(signal);
  });

  it('fail alone where one image is broken', async () => {
    const { requests } = fakePool();
    const results = await Promise.allSettled(
      ['1', 'broken', '3'].map((path) => add(requests, path)),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'IMAGE_UNDECODABLE' } });
  });

  it('are sent again one by one when the child dies over them, and only the cause fails', async () => {
    const { groups, requests } = fakePool();
    const results = await Promise.allSettled(
      ['1', 'poison', '3'].map((path) => add(requests, path)),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'PROCESS_DIED' } });
    expect(groups.map(({ paths }) => paths.length)).toEqual([3, 1, 1, 1]);
    // The group is not worth a second try as it is; a single image is.
    expect(groups.map(({ options }) => options.retries)).toEqual([0, 1, 1, 1]);
    expect(groups.map(({ options }) => options.timeoutMs)).toEqual([300, 100, 100, 100]);
  });
});
