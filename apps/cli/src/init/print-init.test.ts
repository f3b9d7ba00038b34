/** What `queryloop init` says about questions that it cannot make much of. */
import type { InitReport } from '@queryloop/text-to-sql';
import { expect, test } from 'vitest';
import { printInit } from './print-init.ts';

function linesOf(questions: number, linked: number, leftOut: number, tables = 2): string {
  const lines: string[] = [];
  const screen = { line: (text = '') => void lines.push(text), live: () => undefined, clear: () => undefined };
  const report: InitReport = {
    folder: 'lib',
    tables: Array.from({ length: tables }, (_, i) => ({ name: `t${i}`, rows: 1, columns: 1 })),
    notes: [],
    splits: { train: { questions, linked, placeholders: {}, examples: [], unknown: [] } },
    drawn: [],
    leftOut: Array.from({ length: leftOut }, (_, i) => ({ place: `qa.jsonl:${i}`, problem: 'near "x"' })),
    empty: 0,
  };
  printInit(report, screen);
  return lines.join('\n');
}

test('warns of questions that name no value', () => {
  expect(linesOf(10, 10, 0)).not.toContain('is it their database');
  expect(linesOf(10, 4, 0)).toContain('fewer than half of the questions name a value: is it their database?');
  expect(linesOf(10, 0, 0)).toContain('no question names a value: is it their database?');
});

test('asks for the dialect where much SQL fails', () => {
  expect(linesOf(20, 20, 1)).not.toContain('--sql-dialect');
  expect(linesOf(20, 20, 5)).toContain('--sql-dialect sqlite or mysql');
});

test('counts one', () => {
  expect(linesOf(1, 1, 0, 1)).toContain('lib: 1 table, 1 row');
});
