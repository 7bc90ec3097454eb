interface Page<TNode> {
  nodes: readonly TNode[];
  totalCount?: number;
}

/** Asked for at once; a page is more than a screen. */
export const PAGE = 100;
const AT_ONCE = 2;
/** Pages that are remembered, those nearest to what is shown. */
const KEPT = 20;

/**
 * A long list of which any part can be shown: its pages by their place, read where somebody looks. It begins empty, knows
 * its length from the first page on, and keeps a few pages; where somebody scrolls on before a page was asked for, it is not.
 */
export class SparseList<TNode> {
  totalCount: number | null = null;
  /** Of the latest page that failed; nothing is asked for until `retry`. */
  error: unknown = null;
  readonly #pages = new Map<number, readonly TNode[]>();
  readonly #underWay = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #wanted: readonly number[] = [0];
  #changes = 0;

  /** @param load `counts`: the length is wanted too */
  constructor(
    private readonly load: (place: {
      first: number;
      offset: number;
      counts: boolean;
    }) => Promise<Page<TNode>>,
  ) {}

  get isLoading(): boolean {
    return this.#underWay.size > 0;
  }

  /** Undefined until its page has come. */
  at(index: number): TNode | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** What is in view, and half a page around it, is read; what was in view before no longer. */
  show(from: number, to: number): void {
    const end = Math.min(to, this.totalCount ?? 1);
    const seen = pagesOf(from, end);
    const near = pagesOf(
      Math.max(0, from - PAGE / 2),
      Math.min(to + PAGE / 2, this.totalCount ?? 1),
    );
    this.#wanted = [...new Set([...seen, ...near])];
    this.#fill();
  }

  retry(): void {
    this.error = null;
    this.#fill();
  }

  /** For React: calls back at every change, of which `snapshot` is the number. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = (): number => this.#changes;

  #fill(): void {
    const missing = this.#wanted.filter(
      (page) => !this.#pages.has(page) && !this.#underWay.has(page),
    );
    for (const page of missing) {
      if (this.error !== null || this.#underWay.size >= AT_ONCE) return;
      void this.#read(page);
    }
  }

  async #read(page: number): Promise<void> {
    this.#underWay.add(page);
    this.#changed();
    try {
      const counts = this.totalCount === null;
      const { nodes, totalCount } = await this.load({ first: PAGE, offset: page * PAGE, counts });
      this.totalCount = totalCount ?? this.totalCount;
      this.#pages.set(page, nodes);
      this.#forget();
    } catch (error) {
      this.error = error;
    }
    this.#underWay.delete(page);
    this.#changed();
    this.#fill();
  }

  #forget(): void {
    const here = this.#wanted[0] ?? 0;
    const farthest = [...this.#pages.keys()].sort(
      (a, b) => Math.abs(b - here) - Math.abs(a - here),
    );
    for (const page of farthest.slice(0, Math.max(0, this.#pages.size - KEPT))) {
      this.#pages.delete(page);
    }
  }

  #changed(): void {
    this.#changes++;
    for (const listener of this.#listeners) listener();
  }
}

function pagesOf(from: number, to: number): number[] {
  const first = Math.floor(from / PAGE);
  const count = Math.max(0, Math.ceil(to / PAGE) - first);
  return Array.from({ length: count }, (_, i) => first + i);
}
