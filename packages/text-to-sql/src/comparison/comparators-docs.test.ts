/** The examples of docs/comparators.md are what the comparators give. */
import { readFileSync } from 'node:fs';
import { type ComparatorName, comparatorNames } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import type { Cell } from '../databases/schema.ts';
import { compareAll } from './comparators.ts';
import { goldOf, resultOf } from './tables.fixture.ts';

const page = readFileSync(new URL('../../../../docs/comparators.md', import.meta.url), 'utf8');
const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const read = (cell = ''): Cell[][] => JSON.parse(cell.replaceAll('`', '')) as Cell[][];

const examples = page
  .split('\n')
  .filter((line) => /^\| [A-Z] \|/.test(line))
  .map(cellsOf);
const scoresOf = ([, , gold, result]: string[]) => compareAll(resultOf(read(result)), goldOf(read(gold)));

test.each(examples)('example %s: %s', (...cells) => {
  const shown = Object.values(scoresOf(cells)).map((score) => String(Number(score.toFixed(2))));
  expect(cells.slice(4)).toEqual(shown);
});

test('each pair that may disagree has an example, the others have none', () => {
  expect(examples.length).toBeGreaterThan(10);
  const names = comparatorNames.filter((name) => name !== 'rems');
  const rows = page.split('\n').filter((line) => /^\| `\w+` \|(?: [A-Z–]? ?\|){6}$/.test(line));
  expect(rows.map((line) => cellsOf(line)[0])).toEqual(names.map((name) => `\`${name}\``));
  for (const [accepted = '', ...letters] of rows.map(cellsOf))
    for (const [i, letter] of letters.entries()) {
      const given = examples.map((cells) => [cells[0], scoresOf(cells)] as const);
      const dissents = given.filter(
        ([, scores]) => scores[accepted.replaceAll('`', '') as ComparatorName] === 1 && scores[names[i] ?? 'exact'] < 1,
      );
      const known = dissents.map(([name]) => name);
      if (letter === '' || letter === '–') expect(known).toEqual([]);
      else expect(known).toContain(letter);
    }
});
