/** Reads question–answer pairs from a TEMPTABQA-C file: tab-separated, with quoted fields that span lines. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { CsvError, parse } from 'csv-parse/sync';
import { parseInfobox } from './parse-infobox.ts';

export interface Question {
  /** `${split}-${row}`: stable as long as the file is. */
  id: string;
  question: string;
  /** Several parts are joined by ", "; see comparison/answer-parts.ts. */
  answer: string;
  /** Question type of the source, e.g. "13"; "" where the file does not say. */
  type: string;
  /** The athlete's infobox as text. */
  context: string;
  /** 1-based number of the record, the header not counted. */
  row: number;
}

const columns = { question: 'Questions', answer: 'Answers', context: 'Context' } as const;

/**
 * Reads every record of a file with the columns Questions, Answers, Context and (optionally) Types, in any order.
 * @param split prefix of the ids; the file's name without ending when left out
 * @throws UserError naming file, row, line and column for a missing or damaged file
 */
export function readQuestionsTsv(path: string, split: string = basename(path).replace(/\.tsv$/i, '')): Question[] {
  const records = parseRecords(path);
  const header = records[0]?.fields ?? [];
  const place = new Map(header.map((name, index) => [name.trim(), index]));
  for (const name of Object.values(columns)) {
    if (!place.has(name)) {
      throw new UserError({
        message: `${path}: column "${name}" is missing (found: ${header.join(', ') || 'nothing'})`,
        field: name,
        hint: `The first line must name the columns ${Object.values(columns).join(', ')}, separated by tabs.`,
      });
    }
  }
  const rows = records.slice(1);
  if (rows.length === 0)
    throw new UserError({ message: `${path}: no questions below the header`, hint: 'Is the file cut off?' });
  const contexts = new Set<string>();
  return rows.map(({ fields, line }, index) => {
    const row = index + 1;
    const field = (name: string): string => fields[place.get(name) ?? -1] ?? '';
    const damaged = (column: string, problem: string): UserError =>
      new UserError({
        message: `${path}: row ${row} (line ${line}), column "${column}": ${problem}`,
        field: column,
        hint: 'Mend or remove that row.',
      });
    if (fields.length !== header.length) {
      throw damaged(
        header[Math.min(fields.length, header.length - 1)] ?? '',
        `${fields.length} fields where the header has ${header.length}`,
      );
    }
    const question = field(columns.question).trim();
    if (question === '') throw damaged(columns.question, 'the question is empty');
    const context = field(columns.context);
    if (!contexts.has(context)) {
      try {
        parseInfobox(context);
      } catch (error) {
        throw damaged(columns.context, (error as Error).message);
      }
      contexts.add(context);
    }
    return { id: `${split}-${row}`, question, answer: field(columns.answer), type: field('Types'), context, row };
  });
}

interface RawRecord {
  fields: string[];
  /** 1-based line of the file on which the record starts. */
  line: number;
}

function parseRecords(path: string): RawRecord[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError({
      message: `Cannot read ${path}: ${(error as Error).message}`,
      hint: 'Check the path and its permissions.',
    });
  }
  if (text.includes('\u0000') || text.includes('\uFFFD')) {
    throw new UserError({ message: `${path}: not UTF-8 text`, hint: 'Save the file as UTF-8.' });
  }
  try {
    const parsed: { record: string[]; info: { lines: number } }[] = parse(text, {
      delimiter: '\t',
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as never;
    let next = 1;
    return parsed.map(({ record, info }) => {
      const line = next;
      next = info.lines + 1;
      return { fields: record, line };
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const details = error as CsvError & { lines?: number; column?: number | string; records?: number };
    const row = typeof details.records === 'number' ? `row ${details.records}, ` : '';
    throw new UserError({
      message: `${path}: ${row}line ${details.lines ?? '?'}, column ${Number(details.column ?? 0) + 1}: ${quoteProblem(details.code)}`,
      hint: 'A field that holds a quote, a tab or a line break must be quoted, with quotes inside it doubled.',
    });
  }
}

function quoteProblem(code: string): string {
  return code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quoted field is never closed' : `a quote stands where none may (${code})`;
}
