/** Questions of a dataset folder with what they are compared with. Their own SQL ends here: only what it returns goes on. */
import { basename } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { answerParts } from '../comparison/answer-parts.ts';
import type { Cell, TableRows } from '../databases/schema.ts';
import { wordsOf } from '../linking/value-index.ts';
import { answerOfRows, runGoldQueries } from './gold-queries.ts';
import { type OpenedDataset, splitFileOf } from './open-dataset-folder.ts';
import { readQuestionLines } from './question-lines.ts';

export interface OwnSplitQuestion {
  id: string;
  question: string;
  answer: string;
  type: string;
  rows?: Cell[][];
  ordered?: boolean;
}

/** @throws UserError naming file and line of questions that cannot be read or whose query fails */
export async function readOwnSplit(
  dataset: OpenedDataset,
  split: string,
  signal?: AbortSignal,
): Promise<{ name: string; questions: OwnSplitQuestion[] }> {
  const { name, path } = splitFileOf(dataset, split);
  const lines = readQuestionLines(path);
  const withSql = lines.filter(({ sql }) => sql !== undefined);
  const results = await runGoldQueries(
    withSql.map(({ sql }) => sql as string),
    dataset.database,
    dataset.sqlDialect,
    signal,
  );
  const resultOf = new Map(withSql.map((line, i) => [line, results[i]]));
  const problems: string[] = [];
  const questions = lines.map((line) => {
    const { id, question, type, answer, place } = line;
    const result = resultOf.get(line);
    if (result === undefined) return { id, question, type, answer: answer ?? '' };
    if ('problem' in result) {
      problems.push(`${place}: ${result.problem}`);
      return { id, question, type, answer: '' };
    }
    const { rows, ordered } = result;
    return { id, question, type, answer: answer ?? answerOfRows(rows), rows, ordered };
  });
  if (problems.length > 0) {
    throw new UserError({
      message: `${path}: the SQL of ${problems.length} of ${lines.length} questions fails\n${problems
        .slice(0, 20)
        .map((problem) => `  ${problem}`)
        .join('\n')}`,
      field: 'dataset.folder',
      hint: `Mend or remove these lines of ${basename(path)}; "queryloop init" leaves such lines out by itself.`,
    });
  }
  return { name, questions };
}

/** How many answers no query over the data can give: a part has words that no value holds, and is no number, yes or no. */
export function countOutsideRows(
  questions: readonly Pick<OwnSplitQuestion, 'answer' | 'rows'>[],
  data: TableRows,
): number {
  const known = new Set(['yes', 'no', 'true', 'false']);
  for (const rows of Object.values(data))
    for (const cell of rows.flat()) if (cell !== null) for (const { word } of wordsOf(String(cell))) known.add(word);
  const given = (part: string): boolean =>
    wordsOf(part).every(({ word }) => known.has(word) || /^\d+$/.test(word)) && part !== '';
  return questions.filter(({ answer, rows }) => {
    if (rows !== undefined) return false;
    const parts = answerParts(answer);
    return parts.length === 0 || !parts.every(given);
  }).length;
}
