/** What runs can be grouped by, as an expression of a table's alias; never null. */
export const GROUP_SQL = {
  HEAD: (run: string) => `(${run}.config #>> '{head,kind}')`,
  FUSION: (run: string) => `(${run}.config #>> '{fusion,kind}')`,
  LOSS: (run: string) => `(${run}.config #>> '{loss,kind}')`,
  OPTIMIZER: (run: string) => `(${run}.config #>> '{optimizer,kind}')`,
  DATASET_VERSION: (run: string) => `${run}.version_id`,
  ENCODER: (run: string) => `${run}.encoder_id`,
  SEED: (run: string) => `${run}.seed`,
  SETTINGS: (run: string) => `jsonb_build_array(${run}.set_id, ${run}.config)`,
} as const;

export type RunGroupField = keyof typeof GROUP_SQL;
