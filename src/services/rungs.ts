/*
 * Asynchronous successive halving, ASHA (Li et al. 2018, 1810.05934, section 3.2, algorithm 2). Rung k trains for
 * minEpochs · η^k epochs. Whenever a cell has its result, those in the best 1/η of the results of its rung so far go up
 * into the next one; nothing waits for the rest of the rung. A rung's result that came early may thus send up a cell that
 * later ones overtake: the price of not waiting.
 *
 * Here a cell goes up as soon as it may, and what was sent up is run before anything new: with one result at a time that is
 * the algorithm's order.
 */

export interface Halving {
  /** η */
  readonly reduction: number;
  readonly minEpochs: number;
  readonly maxEpochs: number;
}

/** The epochs of every rung, the last at most `maxEpochs`. */
export function rungEpochs({ reduction, minEpochs, maxEpochs }: Halving): number[] {
  const epochs: number[] = [];
  for (let e = minEpochs; e <= maxEpochs; e *= reduction) epochs.push(e);
  return epochs;
}

export interface RungCell {
  readonly cell: number;
  readonly rung: number;
  /** the higher the better; null: no result yet, or none that can be compared */
  readonly score: number | null;
  readonly promoted: boolean;
}

/** The cells that go up now: from the highest rung down, the best first, the lower number where they are equal. */
export function promotableCells<C extends RungCell>(cells: readonly C[], halving: Halving): C[] {
  const last = rungEpochs(halving).length - 1;
  const promotable: C[] = [];
  for (let rung = last - 1; rung >= 0; rung--) {
    const results = cells.filter((cell) => cell.rung === rung && cell.score !== null);
    results.sort((a, b) => b.score! - a.score! || a.cell - b.cell);
    const best = results.slice(0, Math.floor(results.length / halving.reduction));
    promotable.push(...best.filter((cell) => !cell.promoted));
  }
  return promotable;
}

export interface PlannedRung {
  readonly rung: number;
  readonly epochs: number;
  /** where no cell that goes up is overtaken later */
  readonly numCells: number;
  /** where every cell is better than those before it */
  readonly maxCells: number;
}

/** How many cells every rung gets of `cells` in the first. */
export function planRungs(cells: number, halving: Halving): PlannedRung[] {
  let [numCells, maxCells] = [cells, cells];
  return rungEpochs(halving).map((epochs, rung) => {
    if (rung > 0) {
      numCells = Math.floor(numCells / halving.reduction);
      maxCells = Math.max(0, maxCells - halving.reduction + 1);
    }
    return { rung, epochs, numCells, maxCells };
  });
}
