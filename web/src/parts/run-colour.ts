/** Told apart by eyes of every kind, on white and on dark (after Okabe and Ito 2008, and Tol's muted). */
const PALETTE = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#aa4499',
  '#999933',
  '#882255',
  '#6a7b8c',
] as const;
const DASHES = ['solid', 'dashed', 'dotted'] as const;

export interface LineLook {
  colour: string;
  dash: (typeof DASHES)[number];
}

/** The look of a run: the same on every page and at every visit. */
export function runLook(id: string): LineLook {
  const at = hash(id);
  return look(at % PALETTE.length, Math.floor(at / PALETTE.length) % DASHES.length);
}

/** The looks of runs shown together: each its own, or where that is taken the next that is free. */
export function runLooks(ids: readonly string[]): Map<string, LineLook> {
  const looks = new Map<string, LineLook>();
  const taken = new Set<number>();
  const numLooks = PALETTE.length * DASHES.length;
  for (const id of ids) {
    // Another colour helps more than another dash.
    let at = hash(id) % numLooks;
    const colourTaken = (index: number) =>
      [...taken].some((other) => other % PALETTE.length === index % PALETTE.length);
    for (let tried = 0; tried < numLooks; tried++, at = (at + 1) % numLooks) {
      if (!taken.has(at) && (taken.size >= PALETTE.length || !colourTaken(at))) break;
    }
    taken.add(at);
    looks.set(id, look(at % PALETTE.length, Math.floor(at / PALETTE.length) % DASHES.length));
  }
  return looks;
}

function look(colour: number, dash: number): LineLook {
  return { colour: PALETTE[colour]!, dash: DASHES[dash]! };
}

/** FNV-1a */
function hash(text: string): number {
  let value = 2166136261;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  return (value >>> 0) % 30;
}
