/** A dash stands for what is not known. */
const NONE = '–';

/** A metric between 0 and 1. */
export function metric(value: number | null | undefined): string {
  return value == null ? NONE : value.toFixed(3);
}

/** What several runs reach of a metric. */
export function spread(value: { mean: number; deviation: number | null } | null): string {
  if (value === null) return NONE;
  const deviation = value.deviation === null ? '' : ` ± ${metric(value.deviation)}`;
  return `${metric(value.mean)}${deviation}`;
}

/** A difference of metrics, with its sign. */
export function signed(value: number | null | undefined): string {
  if (value == null) return NONE;
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

export function count(value: number): string {
  return value.toLocaleString('en');
}

/** @param word takes an s for more than one */
export function countOf(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Any number of a configuration: short, but exact enough to tell two apart. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

export function duration(seconds: number | null | undefined): string {
  if (seconds == null) return NONE;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** @returns seconds from `start` to `end`, or to now */
export function secondsBetween(start: string | null, end: string | null): number | null {
  if (start === null) return null;
  return ((end === null ? Date.now() : Date.parse(end)) - Date.parse(start)) / 1000;
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 ? scaled : scaled.toPrecision(3)} ${units[power]}`;
}

export function timeOfDay(at: Date): string {
  return at.toLocaleTimeString('en-GB');
}

const DATE = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
});

/** In the reader's time zone. */
export function dateTime(at: string | null): string {
  return at === null ? NONE : DATE.format(new Date(at));
}

const ACRONYMS =
  /^(mlp|gmlp|knn|gelu|relu|silu|bce|mfb|mlb|mutan|lsep|zlpr|adam|adamw|sgd|lbfgs|f1|cpu|fp16|fp32|int8)$/;

/** `FALSE_POSITIVE` as 'False positive', `PARTIAL_BCE` as 'Partial BCE'. */
export function words(constant: string): string {
  const text = constant
    .toLowerCase()
    .split('_')
    .map((word) => (ACRONYMS.test(word) ? word.toUpperCase() : word))
    .join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
