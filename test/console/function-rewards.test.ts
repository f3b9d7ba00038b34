/** What the console shows of a run whose reward is made of functions: its parts, and advantages as GDPO has them. */
import { ExperimentConfig } from '@queryloop/contracts';
import type { StoredRun } from '@queryloop/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GroupLens } from '../../apps/console/src/features/rollouts/lens-schemas.ts';
import { readLens } from '../../apps/console/src/features/rollouts/read-lens.ts';
import { readMap } from '../../apps/console/src/features/rollouts/read-map.ts';
import { openUpdate } from '../../apps/console/src/features/rollouts/read-update.ts';
import { openScoredRun, type ScoredRun } from './scored-run.fixture.ts';

const short = "SELECT 'x'";
const long = "SELECT 'x'    ";
const fails = 'SELECT name FROM nowhere';

let scored: ScoredRun;
let run: StoredRun;
beforeAll(async () => {
  const functions = [{ name: 'executes' }, { name: 'length', weight: -0.5 }];
  scored = await openScoredRun(
    ExperimentConfig.parse({ name: 'scored', grpo: { updates: 2 }, reward: { functions, combine: 'gdpo' } }),
  );
  const groups = [
    { prompt: 0, texts: [short, long, fails] },
    { prompt: 1, texts: [short, short] },
  ];
  await scored.record(1, groups, { shards: 2 });
  await scored.record(2, groups, { older: true });
  run = (await scored.store.runs.get(scored.runId)) as StoredRun;
});
afterAll(() => scored.close());

const lensOf = async (update: number, group: number) =>
  GroupLens.parse(readLens(run, update, group, await openUpdate(scored.store, scored.artifacts, run, update)));

test('every function has its part of a reward, and they add up to it', async () => {
  const lens = await lensOf(1, 0);
  expect(lens.combine).toBe('gdpo');
  expect(lens.completions.map(({ text, reward, parts }) => [text, reward, parts])).toEqual([
    [short, 1 - short.length / 2, { executes: 1, length: -short.length / 2 }],
    [long, 1 - long.length / 2, { executes: 1, length: -long.length / 2 }],
    [fails, -fails.length / 2, { executes: 0, length: -fails.length / 2 }],
  ]);
  const advantages = lens.completions.map(({ advantage }) => advantage ?? Number.NaN);
  expect(advantages[0]).toBeGreaterThan(advantages[1] as number);
  expect(advantages[1]).toBeGreaterThan(advantages[2] as number);
  expect(advantages.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10);
});

test('groups that nothing tells apart are shown as such', async () => {
  expect((await lensOf(1, 1)).state).toBe('allWrong');
  const map = await readMap(scored.store, scored.artifacts, run, { after: 0, limit: 10 });
  // Of the second update nothing is known but rewards.
  expect(map.cells.map(({ state }) => state).sort()).toEqual(['allWrong', 'mixed']);
});

test('without executions rewards and parts are known, and what was right is not', async () => {
  const lens = await lensOf(2, 0);
  expect(lens).toMatchObject({ executions: 'older', state: null, solved: null });
  expect(lens.completions[0]).toMatchObject({ reward: 1 - short.length / 2, parts: { executes: 1 } });
});
