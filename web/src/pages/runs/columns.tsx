import type { ReactNode } from 'react';
import {
  dateTime,
  duration,
  metric,
  percent,
  secondsBetween,
  short,
  words,
} from '../../parts/format.ts';
import { runLook } from '../../parts/run-colour.ts';
import { RunLink } from '../../parts/run-link.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import type { RunsQuery, RunsQueryVariables } from './runs.generated.ts';
import classes from './runs-table.module.css';

export type RunRow = RunsQuery['runs']['nodes'][number];
type OrderField = Extract<RunsQueryVariables['orderBy'], readonly unknown[]>[number]['by'];

export interface Column {
  key: string;
  name: string;
  width: number;
  isNumber?: boolean;
  /** Where the server can sort by it. */
  order?: OrderField;
  text: (run: RunRow) => string;
  /** Where it is more than its text. */
  show?: (run: RunRow) => ReactNode;
  /** Only shown where somebody asks for it. */
  isExtra?: boolean;
}

function seconds(run: RunRow): number | null {
  return secondsBetween(run.startedAt, run.finishedAt);
}

export const COLUMNS: readonly Column[] = [
  {
    key: 'name',
    name: 'Run',
    width: 220,
    order: 'NAME',
    text: (run) => run.name,
    show: (run) => (
      <>
        <span aria-hidden className={classes.dot} style={{ background: runLook(run.id).colour }} />
        <RunLink runId={run.id} className={classes.link} title={run.name}>
          {run.name}
        </RunLink>
      </>
    ),
  },
  {
    key: 'status',
    name: 'Status',
    width: 150,
    order: 'STATUS',
    text: (run) => words(run.status),
    show: (run) => (
      <>
        <StatusBadge status={run.status} />
        {run.status === 'RUNNING' && ` ${percent(run.progress)}`}
      </>
    ),
  },
  {
    key: 'map',
    name: 'mAP',
    width: 90,
    isNumber: true,
    order: 'MEAN_AVERAGE_PRECISION',
    text: (run) => metric(run.shown?.meanAveragePrecision),
  },
  {
    key: 'micro',
    name: 'Micro-F1',
    width: 104,
    isNumber: true,
    order: 'MICRO_F1',
    text: (run) => metric(run.shown?.microF1),
  },
  {
    key: 'macro',
    name: 'Macro-F1',
    width: 104,
    isNumber: true,
    order: 'MACRO_F1',
    text: (run) => metric(run.shown?.macroF1),
  },
  {
    key: 'samples',
    name: 'Samples-F1',
    width: 118,
    isNumber: true,
    order: 'SAMPLES_F1',
    isExtra: true,
    text: (run) => metric(run.shown?.samplesF1),
  },
  { key: 'head', name: 'Head', width: 130, text: (run) => words(run.config.head.kind) },
  { key: 'fusion', name: 'Fusion', width: 140, text: (run) => words(run.config.fusion.kind) },
  { key: 'loss', name: 'Loss', width: 120, text: (run) => words(run.config.loss.kind) },
  {
    key: 'optimizer',
    name: 'Optimizer',
    width: 110,
    isExtra: true,
    text: (run) => words(run.config.optimizer.kind),
  },
  {
    key: 'rate',
    name: 'Learning rate',
    width: 126,
    isNumber: true,
    isExtra: true,
    text: ({ config: { optimizer } }) =>
      optimizer.learningRate === null ? '–' : short(optimizer.learningRate),
  },
  {
    key: 'batch',
    name: 'Batch size',
    width: 106,
    isNumber: true,
    isExtra: true,
    text: (run) => String(run.config.batchSize),
  },
  {
    key: 'epochs',
    name: 'Epochs',
    width: 92,
    isNumber: true,
    isExtra: true,
    text: (run) => `${run.epoch} / ${run.epochs}`,
  },
  { key: 'seed', name: 'Seed', width: 76, isNumber: true, text: (run) => String(run.seed) },
  {
    key: 'fold',
    name: 'Fold',
    width: 80,
    isExtra: true,
    text: ({ fold }) => (fold === null ? '–' : `${fold.index + 1} of ${fold.count}`),
  },
  {
    key: 'dataset',
    name: 'Dataset',
    width: 150,
    text: (run) => `${run.dataset.name} v${run.datasetVersion.number}`,
  },
  { key: 'encoder', name: 'Encoder', width: 150, isExtra: true, text: (run) => run.encoder.name },
  {
    key: 'tags',
    name: 'Tags',
    width: 150,
    text: (run) => run.tags.join(', '),
    show: (run) => (
      <span title={run.tags.join(', ')}>
        {run.tags.slice(0, 2).map((tag) => (
          <span key={tag} className={classes.tag}>
            {tag}
          </span>
        ))}
        {run.tags.length > 2 && `+${run.tags.length - 2}`}
      </span>
    ),
  },
  { key: 'notes', name: 'Notes', width: 220, isExtra: true, text: (run) => run.notes ?? '' },
  {
    key: 'duration',
    name: 'Duration',
    width: 106,
    isNumber: true,
    order: 'DURATION',
    text: (run) => duration(seconds(run)),
  },
  {
    key: 'created',
    name: 'Created',
    width: 160,
    order: 'CREATED',
    text: (run) => dateTime(run.createdAt),
  },
];

export const PINNED = ['name'];

/** The columns of the address, those that are pinned first: each with how far from the left it stays, or null. */
export function columnsOf(shown: readonly string[], pinned: readonly string[]): PlacedColumn[] {
  const keys =
    shown.length > 0 ? shown : COLUMNS.filter(({ isExtra }) => !isExtra).map(({ key }) => key);
  const found = keys.flatMap((key) => COLUMNS.find((column) => column.key === key) ?? []);
  const isPinned = ({ key }: Column) => pinned.includes(key);
  let left = CHOICE_WIDTH;
  return [
    ...found.filter(isPinned).map((column) => {
      const placed = { ...column, left };
      left += column.width;
      return placed;
    }),
    ...found.filter((column) => !isPinned(column)).map((column) => ({ ...column, left: null })),
  ];
}

/** Of the column that chooses runs, which stays too. */
export const CHOICE_WIDTH = 44;

export interface PlacedColumn extends Column {
  left: number | null;
}
