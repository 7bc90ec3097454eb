import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { ImageGeometry } from '../image/image-preprocessing.js';
import type { ImageSource } from '../image/image-source.js';
import type { ImageMethods } from './image.methods.js';
import type { RequestOptions } from './pool-request.js';
import type { ProcessPool } from './process-pool.js';
import { deserializeError } from './serialized-error.js';

type Options = Pick<RequestOptions<never>, 'signal' | 'priority'>;

interface Waiting {
  readonly source: ImageSource;
  resolve(levels: Uint8Array): void;
  reject(reason: unknown): void;
}

/** What requests must have in common to travel together. */
interface Group {
  readonly geometry: ImageGeometry;
  readonly options: Options;
  readonly waiting: Waiting[];
}

/** Messages cost as much as a tenth of a photo's time; with so many images in one they do not count. */
const MAX_GROUP = 8;

/**
 * Sends the requests for pixels that are made in one tick as few messages. When the child dies or hangs over a group, each
 * of its images is sent again alone, so that one that kills it costs no other.
 */
export class PixelRequests {
  #groups: Group[] = [];

  constructor(
    private readonly pool: ProcessPool<ImageMethods>,
    private readonly timeoutMsPerImage: number,
  ) {}

  add(source: ImageSource, geometry: ImageGeometry, options: Options): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#groupFor(geometry, options).waiting.push({ source, resolve, reject });
    });
  }

  #groupFor(geometry: ImageGeometry, options: Options): Group {
    if (this.#groups.length === 0) queueMicrotask(() => this.#sendAll());
    const open = this.#groups.find(
      (group) =>
        group.waiting.length < MAX_GROUP &&
        group.geometry === geometry &&
        group.options.signal === options.signal &&
        group.options.priority === options.priority,
    );
    if (open) return open;
    const group = { geometry, options, waiting: [] };
    this.#groups.push(group);
    return group;
  }

  #sendAll(): void {
    const groups = this.#groups;
    this.#groups = [];
    for (const group of groups) void this.#send(group);
  }

  async #send({ geometry, options, waiting }: Group): Promise<void> {
    const sources = waiting.map(({ source }) => source);
    const isAlone = waiting.length === 1;
    try {
      const { levels, errors } = await this.pool.request(
        'pixels',
        { sources, geometry },
        {
          ...options,
          timeoutMs: this.timeoutMsPerImage * waiting.length,
          retries: isAlone ? 1 : 0,
        },
      );
      const size = levels.length / waiting.length;
      waiting.forEach(({ resolve, reject }, i) => {
        const error = errors.get(i);
        if (error) reject(deserializeError(error));
        else resolve(levels.subarray(i * size, (i + 1) * size));
      });
    } catch (error) {
      if (isAlone || !mayBeOneImage(error)) {
        for (const { reject } of waiting) reject(error);
        return;
      }
      for (const one of waiting) void this.#send({ geometry, options, waiting: [one] });
    }
  }
}

function mayBeOneImage(error: unknown): boolean {
  return (
    error instanceof ClipwrightError &&
    (error.code === 'PROCESS_DIED' || error.code === 'PROCESS_TIMEOUT')
  );
}
