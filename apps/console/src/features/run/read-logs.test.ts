import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig } from '@queryloop/contracts';
import { openBench } from '@queryloop/worker/open-bench.fixture';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { knownRun } from './read.ts';
import { readLogs } from './read-logs.ts';

const bench = openBench();
const logs = mkdtempSync(join(tmpdir(), 'queryloop-logs-'));
const file = join(logs, 'worker.log');
afterAll(() => rmSync(logs, { recursive: true, force: true }));

beforeAll(async () => {
  await bench().steps.startRun({ runId: 'run-1', config: ExperimentConfig.parse({}) });
  mkdirSync(logs, { recursive: true });
  writeFileSync(
    file,
    [
      '2026-01-01T00:00:00.000Z INFO Worker state changed {"taskQueue":"cpu"}',
      '2026-01-01T00:00:01.000Z WARN Activity failed {"workflowId":"run-1","error":"Error: lost',
      '    at step mysql://u:secret@h/ (file.ts:1)"}',
      '2026-01-01T00:00:02.000Z WARN Activity failed {"workflowId":"run-2"}',
      '2026-01-01T00:00:02.500Z WARN Activity failed {"workflowId":"run-12"}',
      '2026-01-01T00:00:03.000Z INFO Activity done {"workflowId":"run-1"}',
      '2026-01-01T00:00:04.000Z INFO Not wh',
    ].join('\n'),
  );
  writeFileSync(join(logs, 'policy.log'), 'FATAL ERROR: out of memory\n');
});

const read = async (query: Partial<Parameters<typeof readLogs>[3]> = {}) =>
  await readLogs(bench().store, await knownRun(bench().store, 'run-1'), logs, {
    scope: 'run',
    level: 'info',
    limit: 100,
    ...query,
  });

test('lines that name the run are given, with what goes on below them and without passwords', async () => {
  const { items, older } = await read();
  expect(items.map(({ level, at }) => `${level} ${at}`)).toEqual([
    'warn 2026-01-01T00:00:01.000Z',
    'info 2026-01-01T00:00:03.000Z',
  ]);
  expect(items[0]?.text).toContain('\n    at step mysql://u:…@h/');
  expect(older).toBe(false);
  expect((await read({ level: 'error' })).items).toEqual([]);
});

test('all lines of this machine can be read, also those written past the logger', async () => {
  const { items } = await read({ scope: 'all' });
  expect(items.map(({ text }) => text.split(' {')[0])).toContain('FATAL ERROR: out of memory');
  expect(items.some(({ text }) => text.includes('run-2'))).toBe(true);
});

test('a cursor goes on where the last answer ended, with a line only when it is whole', async () => {
  const first = await read();
  expect((await read({ cursor: first.cursor })).items).toEqual([]);
  appendFileSync(file, 'ole before run-1\n2026-01-01T00:00:05.000Z ERROR Run ended {"workflowId":"run-1"}\n');
  const { items, cursor } = await read({ cursor: first.cursor });
  expect(items.map(({ text }) => text)).toEqual(['Not whole before run-1', 'Run ended {"workflowId":"run-1"}']);
  // The file was begun anew.
  writeFileSync(file, '2026-01-02T00:00:00.000Z INFO Again run-1\n');
  expect((await read({ cursor })).items.map(({ text }) => text)).toEqual(['Again run-1']);
});

test('a cursor of nobody is refused, and logs on another machine are named', async () => {
  await expect(read({ cursor: Buffer.from('{"../../etc/passwd":0}').toString('base64url') })).rejects.toMatchObject({
    status: 400,
  });
  expect((await read()).elsewhere).toEqual([]);
});
