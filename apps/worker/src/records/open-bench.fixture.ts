/** A store and an artifact store in a folder of their own, for the tests of a file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@queryloop/store';
import { openLocalArtifactStore } from '@queryloop/store/artifacts';
import { afterAll, beforeAll } from 'vitest';
import { recordSteps } from '../run-records.ts';
import type { Bench } from './recorded-run.fixture.ts';

/** Opened before the first test, closed and removed after the last. */
export function openBench(): () => Bench {
  let bench: Bench | undefined;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'queryloop-records-'));
    const store = await openStore({ folder, url: `file:${join(folder, 'store.db')}` });
    const artifacts = openLocalArtifactStore(join(folder, 'artifacts'));
    bench = { store, artifacts, steps: recordSteps(store, artifacts) };
  });
  afterAll(async () => {
    await bench?.store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return () => bench as Bench;
}
