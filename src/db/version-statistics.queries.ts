import type { Split } from './enums.js';
import type { Sql } from './sql.js';

/** Which labelled samples of a version are looked at: those of a split, at these positions; null is all. */
export interface SampleChoice {
  readonly split: Split | null;
  readonly positions: readonly number[] | null;
}

const CHOSEN = `version_id = $1 and labelled and ($2::"Split" is null or split = $2::"Split")`;

export interface LabelPairRow {
  /** label indices, `a` < `b` */
  a: number;
  b: number;
  /** labelled samples that carry both, `a`, `b`, and all */
  count: number;
  supportA: number;
  supportB: number;
  samples: number;
}

/** The pairs of labels that occur together most often, at most `limit`. */
export function labelPairs(
  sql: Sql,
  versionId: string,
  split: Split | null,
  limit: number,
): Promise<LabelPairRow[]> {
  return sql.query<LabelPairRow & { [column: string]: unknown }>(
    `with chosen as materialized (select labels from samples where ${CHOSEN}),
       supports as (select label, count(*)::int as n from chosen, unnest(labels) as label group by label),
       pairs as (
         select a, b, count(*)::int as n from chosen, unnest(labels) as a, unnest(labels) as b
         where a < b group by a, b order by n desc, a, b limit $3)
     select p.a, p.b, p.n as count, sa.n as "supportA", sb.n as "supportB",
       (select count(*)::int from chosen) as samples
     from pairs p join supports sa on sa.label = p.a join supports sb on sb.label = p.b
     order by p.n desc, p.a, p.b`,
    [versionId, split, limit],
  );
}

/** How many labelled samples carry how many labels, by that number. */
export function labelCardinality(
  sql: Sql,
  versionId: string,
  split: Split | null,
): Promise<{ numLabels: number; numSamples: number }[]> {
  return sql.query(
    `select cardinality(labels) as "numLabels", count(*)::int as "numSamples"
     from samples where ${CHOSEN} group by 1 order by 1`,
    [versionId, split],
  );
}

/** One form of one word of a label. */
export interface WordForm {
  readonly label: number;
  /** its place in the name */
  readonly word: number;
  /** how many words the name has */
  readonly words: number;
  /** in lower case */
  readonly form: string;
}

export interface CaptionMatchRow {
  label: number;
  /** labelled samples with a caption that carry the label, whose caption has every word of it, and that do both */
  support: number;
  matched: number;
  both: number;
}

/**
 * Labels whose words occur in captions, against the labels that the samples carry; those with neither are left out, as are
 * samples from the counts of a label that is unknown of them.
 * Captions are cut into words once and joined with the forms, so that the number of labels hardly matters.
 * @param between a regular expression of what separates words
 */
export function captionMatchCounts(
  sql: Sql,
  versionId: string,
  { split, positions }: SampleChoice,
  forms: readonly WordForm[],
  between: string,
): Promise<CaptionMatchRow[]> {
  return sql.query<CaptionMatchRow & { [column: string]: unknown }>(
    `with chosen as materialized (
       select position, labels, unknown_labels, caption from samples
       where ${CHOSEN} and caption is not null and ($3::int[] is null or position = any($3))),
     forms as (select * from unnest($4::int[], $5::int[], $6::int[], $7::text[]) as f(label, word, words, form)),
     spoken as (
       select c.position, c.unknown_labels, w.form
       from chosen c cross join lateral unnest(regexp_split_to_array(lower(c.caption), $8)) as w(form)),
     matches as (
       select s.position, f.label from spoken s join forms f on f.form = s.form and not f.label = any(s.unknown_labels)
       group by s.position, f.label, f.words having count(distinct f.word) = f.words),
     carried as (select position, label from chosen, unnest(labels) as label)
     select label, count(c.position)::int as support, count(m.position)::int as matched,
       count(*) filter (where c.position is not null and m.position is not null)::int as both
     from carried c full join matches m using (position, label)
     group by label order by label`,
    [
      versionId,
      split,
      positions,
      forms.map(({ label }) => label),
      forms.map(({ word }) => word),
      forms.map(({ words }) => words),
      forms.map(({ form }) => form),
      between,
    ],
  );
}
