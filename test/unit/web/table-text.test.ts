import { expect, test } from 'vitest';
import { toCsv, toLatex, toMarkdown } from '../../../web/src/parts/table-text.ts';

const table = { head: ['Run', 'mAP'], rows: [['a, "b" | c_1\n50 %', '0.7']] };

test('a table as CSV quotes what RFC 4180 asks to', () => {
  expect(toCsv(table)).toBe('Run,mAP\r\n"a, ""b"" | c_1\n50 %",0.7\r\n');
});

test('a table as CSV leaves what a spreadsheet takes for a formula as it is', () => {
  const formulas = ['=1+1', '+1', '-0.5', '@SUM(A1)'];
  const csv = toCsv({ head: ['=Name'], rows: formulas.map((formula) => [formula]) });
  expect(csv).toBe('=Name\r\n=1+1\r\n+1\r\n-0.5\r\n@SUM(A1)\r\n');
});

test('a table as Markdown keeps every row on a line and every cell in its column', () => {
  expect(toMarkdown(table)).toBe('| Run | mAP |\n| --- | --- |\n| a, "b" \\| c_1 50 % | 0.7 |\n');
});

test('a table as LaTeX has no letter that means something else there', () => {
  expect(toLatex(table)).toContain('a, "b" | c\\_1\n50 \\% & 0.7 \\\\\n');
  expect(toLatex({ head: ['\\^~'], rows: [] })).toContain(
    '\\textbackslash{}\\textasciicircum{}\\textasciitilde{}',
  );
});
