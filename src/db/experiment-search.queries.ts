import type { Tx } from './sql.js';

/** How a cell of a search stands. */
export interface SearchCell {
  cell: number;
  rung: number;
  /** the first of its runs, in the order in which they are run */
  position: number;
  /** the place of its encoder on the axis */
  encoder: number;
  config: unknown;
  /** runs that are, or would be, trained for this experiment: those that are reused cost nothing */
  ownRuns: number;
  /** some of them was begun */
  begun: boolean;
  /** mean average precision on VALIDATION, the mean over seeds; null until all of its runs have succeeded */
  ownScore: number | null;
  /** the same on the samples that have a photo and a caption, where that was measured */
  pairedScore: number | null;
  /** it has a cell in the next rung */
  promoted: boolean;
}

const ALL_SUCCEEDED = `count(*) = count(*) filter (where r.status = 'SUCCEEDED')`;

/** All cells, by number. */
export async function searchCells(tx: Tx, experimentId: string): Promise<SearchCell[]> {
  return tx.query<SearchCell & { [column: string]: unknown }>(
    `select w.cell, min(w.rung) as rung, min(w.position) as position,
       min(w.encoder) as encoder,
       (array_agg(w.config order by w.position))[1] as config,
       count(*) filter (where not w.reused)::int as "ownRuns",
       coalesce(bool_or(not w.reused and w.run_id is not null), false) as begun,
       case when ${ALL_SUCCEEDED} then avg(r.mean_ap) end as "ownScore",
       case when ${ALL_SUCCEEDED} then avg(case when r.best_paired is null then r.mean_ap
         else (r.best_paired->>'meanAveragePrecision')::float8 end) end as "pairedScore",
       exists (select from experiment_runs p
         where p.experiment_id = $1 and p.promoted_from = w.cell) as promoted
     from experiment_runs w left join runs r on r.id = w.run_id
     where w.experiment_id = $1 group by w.cell order by w.cell`,
    [experimentId],
  );
}

/** The number and the position that an experiment's next cell gets. */
export async function nextCellPlace(
  tx: Tx,
  experimentId: string,
): Promise<{ cell: number; position: number }> {
  const [row] = await tx.query<{ cell: number; position: number }>(
    `select coalesce(max(cell), -1) + 1 as cell, coalesce(max(position), -1) + 1 as position
     from experiment_runs where experiment_id = $1`,
    [experimentId],
  );
  return row!;
}

/** Takes cells out of an experiment, with what they reused. */
export async function deleteCells(
  tx: Tx,
  experimentId: string,
  cells: readonly number[],
): Promise<void> {
  await tx.query('delete from experiment_runs where experiment_id = $1 and cell = any($2)', [
    experimentId,
    cells,
  ]);
}
