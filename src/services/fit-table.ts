import { chooseColumns } from '../tables/choose-columns.js';
import { type ColumnsGuess, guessColumns, matchingShare } from '../tables/guess-columns.js';
import type { ImageIndex } from '../tables/image-index.js';
import type { Columns } from '../tables/parse-row.js';
import type { Cells } from '../tables/table-row.js';
import type { ImageFolder, ImageFolders } from './image-folders.js';
import type { ImportSettings } from './import-input.js';

/** The beginning of a table. */
export interface TableSample {
  readonly path: string;
  readonly header: readonly string[];
  readonly rows: readonly Cells[];
}

/** How a table would be read. */
export interface TableFit {
  readonly table: string;
  readonly imageFolder: string;
  readonly images: ImageIndex;
  readonly columns: Columns;
  /** of the rows that were looked at, those whose image is in the folder */
  readonly share: number;
  /** of the rows that were looked at, those that name the image by its whole file name, not as `1` for `1.jpg` */
  readonly exact: number;
}

/**
 * Reads the table with the image folder that more of its rows fit.
 * @param strict throws BAD_USER_INPUT where a column is missing; else such a table just does not fit
 */
export function fitTable(
  sample: TableSample,
  folders: ImageFolders,
  settings: Pick<ImportSettings, 'columns' | 'labelSeparator'>,
  knownLabels: ReadonlySet<string>,
  strict: boolean,
): TableFit {
  const [best] = folders(sample.path)
    .map((folder) => fitFolder(sample, folder, settings, knownLabels))
    .sort((a, b) => b.share - a.share);
  const { guess, ...fit } = best!;
  const columns = strict
    ? chooseColumns(sample.header, guess, settings.columns, settings.labelSeparator)
    : { ...guess, image: guess.image ?? '' };
  return { ...fit, columns };
}

/** Numbers match names such as `1.jpg` by chance: they count only where no table names whole files. */
export function bestFits(fits: readonly TableFit[]): TableFit[] {
  const exact = fits.filter((fit) => fit.exact > 0);
  return exact.length > 0 ? exact : fits.filter((fit) => fit.share > 0);
}

function fitFolder(
  sample: TableSample,
  { folder, images }: ImageFolder,
  settings: Pick<ImportSettings, 'columns'>,
  knownLabels: ReadonlySet<string>,
): Omit<TableFit, 'columns'> & { guess: ColumnsGuess } {
  const guess = guessFor(sample, images, knownLabels.size > 0 ? knownLabels : null);
  const column = settings.columns.image ?? guess.image;
  const [share, exact] =
    column === null
      ? [0, 0]
      : [matchingShare(sample.rows, column, images), exactShare(sample.rows, column, images)];
  return { table: sample.path, imageFolder: folder, images, share, exact, guess };
}

/** By content, but for a column that only looks like one of images while another one is called so. */
function guessFor(
  sample: TableSample,
  images: ImageIndex,
  knownLabels: ReadonlySet<string> | null,
): ColumnsGuess {
  const guess = guessColumns(sample.header, sample.rows, images, knownLabels);
  const byName = guessColumns(sample.header, sample.rows, null, knownLabels);
  if (guess.image === null || byName.image === null || guess.image === byName.image) return guess;
  return exactShare(sample.rows, guess.image, images) > 0 ? guess : byName;
}

function exactShare(rows: readonly Cells[], column: string, images: ImageIndex): number {
  const exact = rows.filter((row) => {
    const cell = row.get(column);
    if (typeof cell !== 'string') return false;
    const match = images.find(cell);
    const name = cell.trim().replaceAll('\\', '/').split('/').at(-1)!;
    return match.kind === 'found' && match.path.normalize('NFC').endsWith(name.normalize('NFC'));
  });
  return rows.length === 0 ? 0 : exact.length / rows.length;
}
