/** Records in a folder keep the contract of the step cache. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openLocalRecords } from './local-records.ts';
import { stepCacheContract } from './step-cache-contract-suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('contract', () => stepCacheContract(() => openLocalRecords(folder)));

test('leaves nothing in staging', async () => {
  await openLocalRecords(folder).write('steps/00/0.json', 'text');
  expect(readdirSync(join(folder, '.staging'))).toEqual([]);
});
