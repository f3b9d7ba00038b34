/** Opens a dataset folder: dataset.yaml checked, its files there. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { parse, YAMLParseError } from 'yaml';
import type { DatabaseSchema } from '../databases/schema.ts';
import { DatasetFolder, datasetFile, type SqlDialect } from './dataset-folder.ts';

export interface OpenedDataset {
  name: string;
  folder: string;
  schema: DatabaseSchema;
  /** Paths of files. */
  database: string;
  words: string;
  sqlDialect: SqlDialect;
  splits: ReadonlyMap<string, string>;
}

/** @throws UserError naming file and field when the folder is none, or not as dataset.yaml says */
export function openDatasetFolder(folder: string): OpenedDataset {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory()) {
    throw new UserError({
      message: found ? `not a folder: ${folder}` : `no such folder: ${resolve(folder)}`,
      field: 'dataset.folder',
      hint: 'Give a folder that "queryloop init" wrote; a path is looked up from where the command, or the worker, was started.',
    });
  }
  const { name, schema, database, words, sqlDialect, splits } = check(join(folder, datasetFile));
  const file = (path: string): string => {
    const full = join(folder, path);
    if (existsSync(full)) return full;
    throw new UserError({
      message: `${join(folder, datasetFile)} names ${path}, which is not there`,
      field: 'dataset.folder',
      hint: 'Put the file there, or write the folder again with "queryloop init".',
    });
  };
  return {
    name,
    folder,
    schema: schema as DatabaseSchema,
    database: file(database),
    words: file(words),
    sqlDialect,
    splits: new Map(Object.entries(splits).map(([split, path]) => [split, join(folder, path)])),
  };
}

function check(path: string): DatasetFolder {
  const wrong = (problem: string, field?: string): UserError =>
    new UserError({
      message: `${path}: ${problem}`,
      field: field ?? 'dataset.folder',
      hint: 'The format is described in docs/your-own-database.md; "queryloop init" writes it.',
    });
  if (!existsSync(path)) throw wrong('no such file');
  let values: unknown;
  try {
    values = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    throw wrong(
      `${line === undefined ? '' : `line ${line}: `}not valid YAML: ${(error as Error).message.split('\n')[0]}`,
    );
  }
  const parsed = DatasetFolder.safeParse(values);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map((issue) => `${placeOf(issue.path, values)}: ${issue.message}`);
  throw wrong(issues.join('; '), placeOf(parsed.error.issues[0]?.path ?? [], values));
}

/** A path as people read it: tables and columns by their names. */
function placeOf(path: readonly PropertyKey[], values: unknown): string {
  let at: unknown = values;
  return path
    .map((key) => {
      at = (at as Record<PropertyKey, unknown> | undefined)?.[key];
      const name = typeof key === 'number' ? (at as { name?: unknown } | undefined)?.name : undefined;
      return typeof name === 'string' ? name : String(key);
    })
    .join('.');
}

/** True when `split` is the path of a file rather than the name of a split. */
const isPath = (split: string): boolean => split.toLowerCase().endsWith('.jsonl');

/**
 * The file of a split: one that dataset.yaml names, or the path of a .jsonl file about the same database. "Original", which
 * configs have as their test split unless they say otherwise, is "test" here.
 * @throws UserError when there is none of that name
 */
export function splitFileOf({ splits, folder }: OpenedDataset, split: string): { name: string; path: string } {
  if (isPath(split)) return { name: basename(split).replace(/\.jsonl$/i, ''), path: existing(resolve(split), split) };
  const name = split === 'Original' && !splits.has(split) ? 'test' : split;
  const path = splits.get(name);
  if (path !== undefined) return { name, path: existing(path, split) };
  throw new UserError({
    message: `${join(folder, datasetFile)} names no split "${split}"`,
    field: 'dataset',
    hint: `It names: ${[...splits.keys()].join(', ')}. The path of a .jsonl file does as well.`,
  });
}

function existing(path: string, split: string): string {
  if (existsSync(path)) return path;
  throw new UserError({
    message: `the file of split "${split}" is not there: ${path}`,
    field: 'dataset',
    hint: 'Put it there, or write the folder again with "queryloop init".',
  });
}
