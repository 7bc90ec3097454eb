/** A table as people paste it elsewhere: a head and rows, all as wide as the head. */
export interface TextTable {
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/** RFC 4180. */
export function toCsv({ head, rows }: TextTable): string {
  const cell = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

export function toMarkdown({ head, rows }: TextTable): string {
  const line = (row: readonly string[]) =>
    `| ${row.map((text) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

const LATEX: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

/** Needs the package booktabs. */
export function toLatex({ head, rows }: TextTable): string {
  const cell = (text: string) =>
    text.replaceAll(/[\\~^&%$#_{}]/g, (letter) => LATEX[letter] ?? `\\${letter}`);
  const line = (row: readonly string[]) => `${row.map(cell).join(' & ')} \\\\\n`;
  return `\\begin{tabular}{${'l'.repeat(head.length)}}\n\\toprule\n${line(head)}\\midrule\n${rows
    .map(line)
    .join('')}\\bottomrule\n\\end{tabular}\n`;
}
