/** Reads questions of one's own: a JSON object on each line, {question, answer} or {question, sql}. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '@queryloop/contracts';

export interface OwnQuestion {
  /** As given, else `${name of the file}-${line}`. */
  id: string;
  question: string;
  /** Several parts are joined by ", ". */
  answer?: string;
  /** A query that gives the answer; it is run, never shown to the policy. */
  sql?: string;
  type: string;
  /** What the source adds to the question; kept, not part of what the policy reads. */
  evidence?: string;
  /** Split that the line names. */
  split?: string;
  /** Where it stands, for people: "qa.jsonl:12". */
  place: string;
}

/** Problems told at once. */
const mostProblems = 20;

/** @throws UserError for a file that cannot be read, that names no question, or with lines that say too little; it lists the lines */
export function readQuestionLines(path: string): OwnQuestion[] {
  const file = basename(path);
  const questions: OwnQuestion[] = [];
  const problems: string[] = [];
  const ids = new Map<string, string>();
  readText(path)
    .split('\n')
    .forEach((line, i) => {
      if (line.trim() === '') return;
      const place = `${file}:${i + 1}`;
      const read = questionOf(line, `${file.replace(/\.\w+$/, '')}-${i + 1}`, place);
      if (typeof read === 'string') {
        problems.push(`${place}: ${read}`);
        return;
      }
      const before = ids.get(read.id);
      if (before !== undefined) problems.push(`${place}: its id "${read.id}" stands in ${before} already`);
      ids.set(read.id, place);
      questions.push(read);
    });
  if (problems.length > 0) {
    const more = problems.length - mostProblems;
    throw new UserError({
      message:
        problems.length === 1
          ? `${path}: ${problems[0]}`
          : `${path}: ${problems.length} lines cannot be used\n${problems
              .slice(0, mostProblems)
              .map((problem) => `  ${problem}`)
              .join('\n')}${more > 0 ? `\n  and ${more} more` : ''}`,
      field: 'questions',
      hint: 'Each line is a JSON object: {"question": "…", "answer": "…"} or {"question": "…", "sql": "SELECT …"}.',
    });
  }
  if (questions.length === 0) {
    throw new UserError({
      message: `${path} holds no question`,
      field: 'questions',
      hint: 'Each line is a JSON object: {"question": "…", "answer": "…"} or {"question": "…", "sql": "SELECT …"}.',
    });
  }
  return questions;
}

function readText(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError({
      message: code === 'ENOENT' ? `no such file: ${path}` : `cannot read ${path}: ${message}`,
      field: 'questions',
      hint: 'Give a file with a JSON object on each line.',
    });
  }
  if (text.includes('\u0000') || text.includes('\uFFFD')) {
    throw new UserError({ message: `${path}: not UTF-8 text`, field: 'questions', hint: 'Save the file as UTF-8.' });
  }
  if (/^\s*\[/.test(text)) {
    throw new UserError({
      message: `${path} is one JSON list; a JSON object on each line is expected`,
      field: 'questions',
      hint: `jq -c '.[]' ${basename(path)} > questions.jsonl makes lines of it.`,
    });
  }
  return text;
}

/** The question of a line, or what is wrong with it. */
function questionOf(line: string, id: string, place: string): OwnQuestion | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `not JSON: ${(error as Error).message}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object';
  const given = value as Record<string, unknown>;
  const question = textOf(given['question']);
  if (question === undefined) return missing(given, 'question');
  for (const name of ['id', 'type', 'split', 'evidence', 'sql']) {
    const field = given[name];
    const fits = typeof field === 'string' || (typeof field === 'number' && (name === 'id' || name === 'type'));
    if (field !== undefined && field !== null && !fits) return `"${name}" is ${shown(field)}, not text`;
  }
  const sql = textOf(given['sql']);
  const answer = answerOf(given['answer']);
  if (answer === undefined && sql === undefined)
    return given['answer'] === undefined
      ? 'neither "answer" nor "sql" is there'
      : `"answer" is ${shown(given['answer'])}; expected text, a number, or a list of them`;
  const split = textOf(given['split']);
  const evidence = textOf(given['evidence']);
  return {
    id: given['id'] === undefined || given['id'] === null ? id : String(given['id']),
    question,
    ...(answer !== undefined && { answer }),
    ...(sql !== undefined && { sql }),
    type: given['type'] === undefined || given['type'] === null ? '' : String(given['type']),
    ...(evidence !== undefined && { evidence }),
    ...(split !== undefined && { split }),
    place,
  };
}

function missing(given: Record<string, unknown>, name: string): string {
  const names = Object.keys(given).slice(0, 8).join(', ');
  if (given[name] === undefined) return `"${name}" is missing (found: ${names || 'nothing'})`;
  return `"${name}" is ${shown(given[name])}`;
}

const shown = (value: unknown): string => (value === '' ? 'empty' : JSON.stringify(value).slice(0, 60));

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function answerOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (!Array.isArray(value)) return textOf(value);
  const parts = value.map(answerOf);
  return parts.length > 0 && parts.every((part) => part !== undefined) ? parts.join(', ') : undefined;
}
