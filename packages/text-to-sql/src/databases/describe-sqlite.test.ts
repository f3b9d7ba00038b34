import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildSqlite } from './build-sqlite.ts';
import { describeSqlite } from './describe-sqlite.ts';
import type { DatabaseSchema } from './schema.ts';

it('counts rows and values of each column and gives the most frequent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-describe-'));
  const schema: DatabaseSchema = {
    tables: [
      {
        name: 'a "table"',
        columns: [
          { name: 'id', type: 'integer' },
          { name: 'town', type: 'text' },
        ],
      },
    ],
  };
  try {
    const path = join(folder, 'data.sqlite');
    const towns = ['Rome', 'Oslo', null, 'Rome', 'Bern'];
    buildSqlite({ 'a "table"': towns.map((town, id) => [id, town]) }, path, schema);
    const [table] = describeSqlite(path, schema, 2);
    expect(table).toMatchObject({ name: 'a "table"', rowCount: 5 });
    expect(table?.columns[0]).toMatchObject({ distinctCount: 5, samples: [0, 1] });
    expect(table?.columns[1]).toMatchObject({ distinctCount: 3, nullCount: 1, samples: ['Rome', 'Bern'] });
    expect(() => describeSqlite(join(folder, 'none.sqlite'), schema)).toThrow();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
