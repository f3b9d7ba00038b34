/**
 * What a policy is told of its failed query: made of the query, the schema and the code of its outcome alone, so that it is the same
 * whichever engine ran the query, and holds nothing that an engine quotes from rows, settings or other databases.
 */
import type { DatabaseSchema } from '../databases/schema.ts';
import type { ErrorCode } from '../executors/contract.ts';
import type { Catalogue, NamedColumn, ValueType } from '../executors/dialect/scope.ts';
import { excerpt } from '../executors/excerpt.ts';
import { toSqlite } from '../executors/sqlite-dialect.ts';
import { guardStatement } from '../executors/statement-guard.ts';
import { SqlRefusal, tokenizeSql } from '../executors/tokenize-sql.ts';
import { bindPlaceholders } from '../linking/bind-placeholders.ts';

/** Longest explanation, in characters: names in queries may be of any length. */
const longest = 200;

const valueTypes: Partial<Record<string, ValueType>> = { integer: 'integer', real: 'number', text: 'text' };

/** By code: what it is called, and what is said when the query does not show why. */
const kinds: Record<ErrorCode, { name: string; otherwise: string }> = {
  syntax: { name: 'syntax error', otherwise: 'the query cannot be read' },
  unknown_name: { name: 'unknown name', otherwise: 'a table, column or function is not there' },
  not_select: { name: 'not allowed', otherwise: 'only one SELECT statement is' },
  timeout: { name: 'timeout', otherwise: 'the query took too long' },
  out_of_memory: { name: 'out of memory', otherwise: 'the query needs too much' },
  other: { name: 'error', otherwise: 'the query cannot be run' },
};

/** Says in a line why a query of the policy failed with a code. */
export type FailureExplainer = (sql: string, code: ErrorCode) => string;

/** Reads queries as they are checked before they run; placeholders in them are taken for texts. */
export function failureExplainer(schema: DatabaseSchema): FailureExplainer {
  const catalogue = catalogueOf(schema);
  return (sql, code) => {
    const { name, otherwise } = kinds[code];
    if (sql.trim() === '') return `${name}: no query was written`;
    const refusal = whatIsRefused(withTexts(sql), code, catalogue);
    return excerpt(unknownName(refusal ?? '', sql) ?? `${name}: ${refusal ?? otherwise}`, longest);
  };
}

/** A refusal for a name, spelled as the query has it; null for any other. */
function unknownName(refusal: string, sql: string): string | null {
  const [, what, name] = /^(?:unknown|no such) ([\w ]+): (.+)$/.exec(refusal) ?? [];
  if (what === undefined || name === undefined) return null;
  const at = sql.toLowerCase().indexOf(name.toLowerCase());
  return `unknown ${what}: ${at < 0 ? name : sql.slice(at, at + name.length)}`;
}

/** The reason that a check gives for the same code; null where the query passes, or fails there for another. */
function whatIsRefused(sql: string, code: ErrorCode, catalogue: Catalogue): string | null {
  try {
    toSqlite(guardStatement(tokenizeSql(sql)), catalogue);
    return null;
  } catch (error) {
    if (!(error instanceof SqlRefusal)) throw error;
    return error.code === code ? error.message.replaceAll(/\s+/g, ' ') : null;
  }
}

/** Every placeholder as a text of its own name. */
function withTexts(sql: string): string {
  const names = [...sql.matchAll(/\{(\w+)\}/g)].map(([placeholder, name = '']): [string, string] => [
    name,
    placeholder,
  ]);
  return bindPlaceholders(sql, Object.fromEntries(names));
}

/** The tables as the translation knows them. Whether a text is among the values does not matter: nothing is run. */
function catalogueOf({ tables }: DatabaseSchema): Catalogue {
  return {
    tables: new Map(
      tables.map(({ name: table, columns }) => [
        table.toLowerCase(),
        columns.map(
          ({ name, type }): NamedColumn => ({
            name: name.toLowerCase(),
            type: valueTypes[type] ?? 'any',
            collated: true,
            origin: { table, column: name },
          }),
        ),
      ]),
    ),
    holds: () => true,
  };
}
