/** Copies of databases of a real MariaDB, and the way back to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MariadbServer, startMariadb } from '../../../../infra/mariadb/launch.ts';
import { openExecutor } from '../executors/open-executor.ts';
import { buildMariadb } from './build-mariadb.ts';
import { snapshotMysql } from './snapshot-mysql.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapshot-mysql-'));
let server: MariadbServer;
let admin: Connection;
const urlOf = (name: string): string => `${server.url.replace(/\/$/, '')}/${name}`;

beforeAll(async () => {
  server = await startMariadb({ folder });
  admin = await createConnection({ uri: server.url, multipleStatements: true });
  await admin.query(`
    SET sql_mode = 'ALLOW_INVALID_DATES';
    CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop;
    CREATE TABLE town (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50), founded YEAR, area DECIMAL(8,2), shape GEOMETRY, flag BIT(1));
    CREATE TABLE \`order\` (day DATE, n INT, town INT, at DATETIME(3), price DOUBLE, big BIGINT, kind ENUM('new','old'), about JSON, picture BLOB,
      twice INT AS (n * 2) VIRTUAL, span TIME, PRIMARY KEY (day, n), FOREIGN KEY (town) REFERENCES town (id));
    CREATE TABLE item (day DATE, n INT, place INT, code BINARY(2), note TEXT, self BINARY(2), FOREIGN KEY (day, n) REFERENCES \`order\` (day, n), PRIMARY KEY (code),
      FOREIGN KEY (self) REFERENCES item (code));
    CREATE VIEW towns AS SELECT name FROM town;
    CREATE TABLE empty (a INT, b DATE);
    INSERT INTO town (name, founded, area, flag) VALUES ('Ålesund', 1948, 98.74, b'1'), ('日本 "x"', NULL, 1, b'0');
    INSERT INTO \`order\` (day, n, town, at, price, big, kind, about, picture, span) VALUES
      ('2020-01-02', 1, 2, '2020-01-02 03:04:05.000', 0.1, 9007199254740993, 'new', '{"a": 1}', 'x', '10:00:00'),
      ('2020-01-01', 2, NULL, NULL, NULL, 5, 'old', NULL, NULL, '100:00:00');
    INSERT INTO item VALUES ('2020-01-01', 2, 1, x'00ff', 'it''s \\\\ a note', NULL), ('2020-01-02', 1, 2, x'0a0b', NULL, x'00ff');
    CREATE USER narrow@'%' IDENTIFIED BY 'pw'; GRANT SELECT ON shop.town TO narrow@'%';
    CREATE DATABASE bare;
  `);
}, 300_000);
afterAll(async () => {
  await admin?.end();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test('schema and rows, as the server has them at one moment', async () => {
  const { schema, rows, notes } = await snapshotMysql(urlOf('shop'));
  const tables = new Map(schema.tables.map((table) => [table.name, table]));
  expect([...tables.keys()].toSorted()).toEqual(['empty', 'item', 'order', 'town']);
  expect(tables.get('town')?.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'id integer',
    'name text',
    'founded integer',
    'area real',
    'flag integer',
  ]);
  expect(tables.get('order')?.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'day date',
    'n integer',
    'town integer',
    'at datetime',
    'price real',
    'big text',
    'kind text',
    'about text',
    'twice integer',
    'span text',
  ]);
  expect(tables.get('order')?.primaryKey).toEqual(['day', 'n']);
  expect(tables.get('item')?.foreignKeys).toEqual([
    { columns: ['day', 'n'], references: { table: 'order', columns: ['day', 'n'] } },
  ]);
  expect(rows['town']).toEqual([
    [1, 'Ålesund', 1948, 98.74, 1],
    [2, '日本 "x"', null, 1, 0],
  ]);
  expect(rows['order']).toEqual([
    ['2020-01-01', 2, null, null, null, '5', 'old', null, 4, '100:00:00'],
    ['2020-01-02', 1, 2, '2020-01-02 03:04:05', 0.1, '9007199254740993', 'new', '{"a": 1}', 2, '10:00:00'],
  ]);
  expect(rows['item']).toEqual([
    ['2020-01-01', 2, 1, '00FF', "it's \\ a note", null],
    ['2020-01-02', 1, 2, '0A0B', null, '00FF'],
  ]);
  const item = tables.get('item');
  expect(item?.columns.find(({ name }) => name === 'self')?.references).toEqual({ table: 'item', column: 'code' });
  expect(notes.join('\n')).toMatch(/views: towns[\s\S]*town.shape: left out, of type geometry/);
});

test('goes back to a server and to SQLite with the same rows', async () => {
  const { schema, rows } = await snapshotMysql(urlOf('shop'));
  const name = await buildMariadb(rows, server.url, schema);
  const again = await snapshotMysql(urlOf(name));
  for (const table of ['town', 'order', 'item', 'empty'])
    expect(new Set(again.rows[table]?.map((row) => JSON.stringify(row)))).toEqual(
      new Set(rows[table]?.map((row) => JSON.stringify(row))),
    );
  const executor = await openExecutor({ database: server.url, schema: name });
  expect(await executor.execute('SELECT COUNT(*) FROM `order` o JOIN town t ON t.id = o.town')).toMatchObject({
    rows: [[1]],
  });
  await executor.close();
});

test('nobody is kept waiting: rows are written while a copy is made', async () => {
  const copying = snapshotMysql(urlOf('shop'));
  await admin.query("INSERT INTO shop.town (name) VALUES ('later'); DELETE FROM shop.town WHERE name = 'later'");
  expect((await copying).rows['town']?.length).toBeGreaterThanOrEqual(2);
});

test.each([
  ['', 'the address names no database'],
  ['none', 'there is no database "none" on the server'],
  ['bare', 'the database has no tables'],
])('"%s" is a UserError', async (name, message) => {
  await expect(snapshotMysql(urlOf(name))).rejects.toThrow(UserError);
  await expect(snapshotMysql(urlOf(name))).rejects.toThrow(message);
});

test('a wrong password and a server that is not there are UserErrors; a narrow user sees what it may', async () => {
  const wrong = new URL(urlOf('shop'));
  wrong.password = 'wrong';
  await expect(snapshotMysql(wrong.href)).rejects.toThrow(/refused user/);
  await expect(snapshotMysql('mysql://root@127.0.0.1:1/shop')).rejects.toThrow(/No database server answers/);
  await expect(snapshotMysql(urlOf('shop'), { maxRows: 2 })).rejects.toThrow(/too large for a snapshot/);
  const narrow = new URL(urlOf('shop'));
  narrow.username = 'narrow';
  narrow.password = 'pw';
  expect((await snapshotMysql(narrow.href)).schema.tables.map(({ name }) => name)).toEqual(['town']);
});
