/**
 * SQL for the label indices of a sample as label sets take them (src/ml/data/label-sets.ts): those that it carries, and `~l`
 * for a label l that is unknown.
 * @param of the name of its table, such as `samples`
 */
export const labelEntries = (of: string): string =>
  `case when ${of}.unknown_labels = '{}' then ${of}.labels
     else ${of}.labels || array(select ~label from unnest(${of}.unknown_labels) as label) end`;
