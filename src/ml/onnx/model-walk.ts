import { ClipwrightError } from '../../errors/clipwright-error.js';
import { type Body, expandedNodes, opKey } from './expanded-nodes.js';
import type { ProtoField, ProtoFile, ProtoRange } from './proto-file.js';

/** The one file beside the graph that its weights may lie in. */
export interface DataFile {
  readonly name: string;
  /** In bytes; null where there is none. */
  readonly size: number | null;
}

/** Graphs within graphs: a body of a loop within a branch within … */
const MAX_DEPTH = 8;
/** The largest towers have some five thousand. */
const MAX_NODES = 200_000;
const MAX_FUNCTIONS = 1000;

/** Ops of ONNX Runtime that read files of their own. */
const READS_FILES = new Set([opKey('com.microsoft', 'EPContext')]);

type Visit = (field: ProtoField) => Promise<void> | undefined;

/** Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
export class ModelWalk {
  readonly #functions = new Map<string, Body>();
  readonly #main: Body = new Map();
  readonly #outputs: string[] = [];
  #graphs = 0;
  #nodes = 0;

  constructor(
    private readonly proto: ProtoFile,
    private readonly data: DataFile,
  ) {}

  /** @returns the names of its outputs */
  async check(): Promise<string[]> {
    await this.#each({ start: 0, end: this.proto.size }, (field) => {
      if (field.number === 7) {
        this.#graphs += 1;
        return this.#graph(field, this.#main, 0);
      }
      if (field.number === 25) return this.#function(field);
      if (field.number === 20) throw new Error('it has a training graph');
      return undefined;
    });
    if (this.#graphs !== 1) throw new Error(`expected one graph but it has ${this.#graphs}`);
    const nodes = expandedNodes([this.#main, ...this.#functions.values()], this.#functions);
    if (nodes > MAX_NODES) throw new Error(`its functions unfold to more than ${MAX_NODES} ops`);
    return this.#outputs;
  }

  async #function(range: ProtoRange): Promise<void> {
    if (this.#functions.size >= MAX_FUNCTIONS) {
      throw new Error(`it has more than ${MAX_FUNCTIONS} functions`);
    }
    let [name, domain] = ['', ''];
    const body: Body = new Map();
    await this.#each(range, async (field) => {
      if (field.number === 1) name = await this.proto.text(field);
      if (field.number === 10) domain = await this.proto.text(field);
      if (field.number === 7) await this.#node(field, body, 0);
      if (field.number === 11) await this.#attribute(field, body, 0);
    });
    const key = opKey(domain, name);
    // Versions of one name would hide which of them a call unfolds to.
    if (this.#functions.has(key)) throw unsupported(`it has two functions ${key}`);
    this.#functions.set(key, body);
  }

  async #graph(range: ProtoRange, body: Body, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) throw new Error(`its graphs are nested more than ${MAX_DEPTH} deep`);
    await this.#each(range, (field) => {
      if (field.number === 1) return this.#node(field, body, depth);
      if (field.number === 5) return this.#tensor(field);
      if (field.number === 12 && depth === 0) return this.#output(field);
      if (field.number === 15) return this.#sparseTensor(field);
      return undefined;
    });
  }

  #output(range: ProtoRange): Promise<void> {
    return this.#each(range, async (field) => {
      if (field.number === 1) this.#outputs.push(await this.proto.text(field));
    });
  }

  async #node(range: ProtoRange, body: Body, depth: number): Promise<void> {
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) throw new Error(`it has more than ${MAX_NODES} ops`);
    let [type, domain] = ['', ''];
    await this.#each(range, async (field) => {
      if (field.number === 4) type = await this.proto.text(field);
      if (field.number === 7) domain = await this.proto.text(field);
      if (field.number === 5) await this.#attribute(field, body, depth);
    });
    const key = opKey(domain, type);
    if (READS_FILES.has(key)) throw unsupported(`the op ${key} reads files of its own`);
    body.set(key, (body.get(key) ?? 0) + 1);
  }

  #attribute(range: ProtoRange, body: Body, depth: number): Promise<void> {
    return this.#each(range, (field) => {
      switch (field.number) {
        case 5:
        case 10:
          return this.#tensor(field);
        case 6:
        case 11:
          return this.#graph(field, body, depth + 1);
        case 22:
        case 23:
          return this.#sparseTensor(field);
        default:
          return undefined;
      }
    });
  }

  #sparseTensor(range: ProtoRange): Promise<void> {
    return this.#each(range, (field) =>
      field.number === 1 || field.number === 2 ? this.#tensor(field) : undefined,
    );
  }

  /** Values within the file are passed over; of those outside, the place is checked. */
  async #tensor(range: ProtoRange): Promise<void> {
    let isOutside = false;
    const place = new Map<string, string>();
    await this.#each(
      range,
      async (field) => {
        if (field.number === 14) isOutside ||= (await this.proto.number(field)) !== 0;
        if (field.number !== 13) return;
        isOutside = true;
        const [key, value] = await this.#entry(field);
        if (place.has(key)) throw new Error(`it says twice which ${key} a weight has`);
        place.set(key, value);
      },
      [14],
    );
    if (isOutside) this.#outside(place);
  }

  #outside(place: ReadonlyMap<string, string>): void {
    const { name, size } = this.data;
    const location = place.get('location') ?? '';
    if (location !== name) {
      throw new Error(
        `it keeps weights in ${JSON.stringify(location.slice(0, 200))}, not in ${name}`,
      );
    }
    if (size === null) throw new Error(`it keeps weights in ${name}, which is missing`);
    const [offset, length] = ['offset', 'length'].map((key) => Number(place.get(key) ?? 0));
    const isInside = offset! >= 0 && length! >= 0 && offset! + length! <= size;
    if (!isInside) throw new Error(`it keeps weights beyond the end of ${name}`);
  }

  async #entry(range: ProtoRange): Promise<[string, string]> {
    const entry: [string, string] = ['', ''];
    await this.#each(range, async (field) => {
      if (field.number === 1 || field.number === 2) {
        entry[field.number - 1] = await this.proto.text(field);
      }
    });
    return entry;
  }

  /** Fields that are looked into are bytes, but for `numbers`: as anything else a reader may take them for what it likes. */
  async #each(range: ProtoRange, visit: Visit, numbers: readonly number[] = []): Promise<void> {
    for await (const field of this.proto.fields(range)) {
      if (numbers.includes(field.number) ? !field.isBytes : field.isBytes) await visit(field);
    }
  }
}

function unsupported(what: string): ClipwrightError {
  return new ClipwrightError('ENCODER_UNSUPPORTED', what);
}
