/** Reads files with a JSON object on each line; what is wrong with any line is told at once, by its number. */
import { readFileSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';

/** Problems told at once. */
const mostProblems = 20;

export interface JsonLinesOptions {
  /** Config field that names the file. */
  field: string;
  /** What a line looks like. */
  hint: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * @param read what a line says, or what is wrong with it
 * @throws UserError for a file that cannot be read or has no line, and for lines that cannot be used, which it lists
 */
export function readJsonLines<T extends object>(
  path: string,
  { field, hint }: JsonLinesOptions,
  read: (value: JsonObject, line: number) => T | string,
): T[] {
  const found: T[] = [];
  const problems: string[] = [];
  readText(path, field, hint)
    .split('\n')
    .forEach((text, i) => {
      if (text.trim() === '') return;
      const value = objectOf(text);
      const item = typeof value === 'string' ? value : read(value, i + 1);
      if (typeof item === 'string') problems.push(`${path}:${i + 1}: ${item}`);
      else found.push(item);
    });
  const more = problems.length - mostProblems;
  if (problems.length > 0)
    throw new UserError({
      message: [...problems.slice(0, mostProblems), ...(more > 0 ? [`and ${more} more lines`] : [])].join('\n'),
      field,
      hint,
    });
  if (found.length === 0) throw new UserError({ message: `${path} holds no line`, field, hint });
  return found;
}

function readText(path: string, field: string, hint: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT'
        ? `no such file: ${path}`
        : error instanceof TypeError
          ? `${path} is not UTF-8 text`
          : `cannot read ${path}: ${message}`;
    throw new UserError({ message: reason, field, hint });
  }
}

function objectOf(text: string): JsonObject | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not JSON: ${(error as Error).message}`;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : 'not a JSON object';
}

/** A field's text; what is wrong with it otherwise. */
export function textIn(object: JsonObject, name: string): { text: string } | { problem: string } {
  const value = object[name];
  if (typeof value === 'string' && value.trim() !== '') return { text: value };
  const names = Object.keys(object).slice(0, 8).join(', ');
  if (value === undefined || value === null) return { problem: `"${name}" is missing (found: ${names || 'nothing'})` };
  const shown = value === '' ? 'empty' : JSON.stringify(value).slice(0, 60);
  return { problem: `"${name}" is ${shown}; expected text` };
}
