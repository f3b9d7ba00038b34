/** What the console reads of rollouts, of a run that the real steps scored. */
import { ExperimentConfig } from '@queryloop/contracts';
import type { StoredRun } from '@queryloop/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completionsCsv } from '../../apps/console/src/features/rollouts/completions-csv.ts';
import { GroupLens } from '../../apps/console/src/features/rollouts/lens-schemas.ts';
import { readLens } from '../../apps/console/src/features/rollouts/read-lens.ts';
import { readHistory, readMap, readRollouts } from '../../apps/console/src/features/rollouts/read-map.ts';
import { readOutcomes } from '../../apps/console/src/features/rollouts/read-outcomes.ts';
import { listCompletions, listGroups, openUpdate } from '../../apps/console/src/features/rollouts/read-update.ts';
import {
  CompletionsPage,
  CompletionsQuery,
  GroupsPage,
  GroupsQuery,
  RolloutMap,
} from '../../apps/console/src/features/rollouts/schemas.ts';
import { openScoredRun, type ScoredRun } from './scored-run.fixture.ts';

const wrong = "SELECT 'no such answer'";
const fails = 'SELECT name FROM nowhere';
/** Markup, a control character and a formula, in query and result. */
const nasty = "SELECT '<img src=x onerror=alert(1)>', '=1+1', 'a\u0007b'";

let scored: ScoredRun;
let run: StoredRun;
/** Answers its prompt's first question, and so one of two at most. */
let right = '';
beforeAll(async () => {
  scored = await openScoredRun(ExperimentConfig.parse({ name: 'scored', grpo: { updates: 5 } }));
  const [question] = scored.dataset.splits.train.questions;
  right = `SELECT '${question?.answer.replaceAll("'", "''")}'`;
  await scored.record(1, [
    { prompt: 0, texts: [right, wrong, wrong, nasty, fails, `proposed:${fails}`] },
    { prompt: 1, texts: [wrong, wrong] },
  ]);
  await scored.record(2, [{ prompt: 1, texts: [wrong, wrong] }], { older: true });
  await scored.record(
    3,
    [
      { prompt: 1, texts: [wrong, fails] },
      { prompt: 0, texts: [fails, fails] },
      { prompt: 2, texts: [wrong, wrong] },
    ],
    { shards: 2 },
  );
  run = (await scored.store.runs.get(scored.runId)) as StoredRun;
});
afterAll(() => scored.close());

const open = (update: number) => openUpdate(scored.store, scored.artifacts, run, update);

describe('an update', () => {
  test('lists its groups with how they came out', async () => {
    const page = GroupsPage.parse(listGroups(await open(1), GroupsQuery.parse({})));
    expect(page).toMatchObject({ total: 2, states: { mixed: 1, allWrong: 1 }, executions: 'stored', lost: [] });
    expect(page.items[0]).toMatchObject({ group: 0, samples: 5, distinct: 4, adopted: 0, state: 'mixed' });
    expect(page.items[0]?.solved).toBeCloseTo(page.items[0]?.questions.length === 2 ? 0.1 : 0.2);
    const dead = listGroups(await open(1), GroupsQuery.parse({ state: 'allWrong' }));
    expect(dead.items.map(({ group }) => group)).toEqual([1]);
    const answer = scored.dataset.splits.train.questions[0]?.answer ?? '';
    const found = listGroups(await open(1), GroupsQuery.parse({ text: answer.toUpperCase() }));
    expect(found.items.map(({ group }) => group)).toContain(0);
    expect(listGroups(await open(1), GroupsQuery.parse({ sort: 'std', descending: 'true' })).items[0]?.group).toBe(0);
  });

  test('puts the groups of its shards in one list, shard by shard', async () => {
    const opened = await open(3);
    expect(opened.groups.map(({ completions }) => completions[1]?.text)).toEqual([fails, wrong, fails]);
    expect(opened.groups.map(({ zeroStd }) => zeroStd)).toEqual([false, true, true]);
  });

  test('that is not there is refused', async () => {
    await expect(open(9)).rejects.toMatchObject({ status: 404, message: 'update 9 of run scored is not known here' });
  });
});

describe('a group', () => {
  test('shows equal completions once, the best first, with rewards that add up and advantages that sum to zero', async () => {
    const lens = GroupLens.parse(readLens(run, 1, 0, await open(1)));
    expect(lens.completions.map(({ places }) => places.length)).toEqual([1, 2, 1, 1, 1]);
    const [best] = lens.completions;
    expect(best).toMatchObject({ places: [0], text: right, logProb: -0.75, length: right.length });
    for (const { reward, parts } of lens.completions) {
      if (reward === null) continue;
      expect(Object.values(parts ?? {}).reduce((sum, part) => sum + part, 0)).toBeCloseTo(reward, 12);
    }
    const advantages = lens.completions.flatMap(({ places, advantage }) => places.map(() => advantage ?? 0));
    expect(advantages.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10);
    expect(lens.completions.find(({ proposed }) => proposed)).toMatchObject({ reward: null, advantage: null });
    const executions = best?.executions ?? [];
    expect(executions).toHaveLength(lens.questions.length);
    expect(executions[0]).toMatchObject({ ran: true, outcome: 'ok', rowCount: 1 });
  });

  test('has markup and control characters as the text they are', async () => {
    const lens = readLens(run, 1, 0, await open(1));
    const found = lens.completions.find(({ text }) => text === nasty);
    expect(found?.executions?.[0]).toMatchObject({ rows: [['<img src=x onerror=alert(1)>', '=1+1', 'a\u0007b']] });
  });

  test('beyond the last is refused', async () => {
    const opened = await open(1);
    expect(() => readLens(run, 1, 2, opened)).toThrow('group 2 of update 1 is not known here');
  });
});

describe('completions', () => {
  test('are filtered by outcome and text, sorted, and leave as CSV without formulas', async () => {
    const opened = await open(1);
    const page = CompletionsPage.parse(listCompletions(opened, CompletionsQuery.parse({ outcome: 'unknown_name' })));
    expect(page.items.map(({ text, proposed }) => [text, proposed])).toEqual([
      [fails, false],
      [fails, true],
    ]);
    expect(page.items[0]).toMatchObject({ outcome: 'unknown_name', message: 'unknown table: nowhere' });
    expect(page.outcomes).toMatchObject({ ok: 1, unknown_name: 2 });
    const found = listCompletions(opened, CompletionsQuery.parse({ text: 'ONERROR' }));
    expect(found).toMatchObject({ total: 1, items: [{ text: nasty }] });
    const best = listCompletions(opened, CompletionsQuery.parse({ sort: 'reward', descending: 'true', limit: 1 }));
    expect(best).toMatchObject({ total: 8, items: [{ text: right }] });
    const csv = completionsCsv([{ ...(found.items[0] as (typeof found.items)[0]), question: '=cmd()' }]);
    expect(csv).toContain(`,'=cmd(),`);
    expect(csv.split('\r\n')).toHaveLength(3);
  });
});

describe('the map', () => {
  test('has each prompt at each update, and the same cells whether executions were kept or not', async () => {
    const map = RolloutMap.parse(await readMap(scored.store, scored.artifacts, run, { after: 0, limit: 10 }));
    expect(map).toMatchObject({ updates: [1, 2, 3], total: 3, lost: [] });
    expect(map.prompts.map(({ drawn, dead }) => [drawn, dead])).toEqual([
      [3, 2],
      [2, 1],
      [1, 1],
    ]);
    const row = (prompt: number) => map.cells.filter((cell) => cell.row === prompt);
    expect(row(0).map(({ column, group, state }) => [column, group, state])).toEqual([
      [0, 1, 'allWrong'],
      [1, 0, 'allWrong'],
      [2, 0, 'mixed'],
    ]);
    const window = await readMap(scored.store, scored.artifacts, run, { after: 2, limit: 10 });
    expect(window).toMatchObject({ updates: [3], total: 3 });
    const prompt = map.prompts[0]?.prompt ?? '';
    const history = await readHistory(scored.store, scored.artifacts, run, prompt, { after: 0, limit: 2 });
    expect(history.items.map(({ update, group }) => [update, group])).toEqual([
      [1, 1],
      [2, 0],
    ]);
  });

  test('summaries come in windows', async () => {
    const page = await readRollouts(scored.store, scored.runId, { after: 1, limit: 1 });
    expect(page).toMatchObject({ total: 3, items: [{ update: 2, accuracy: 0, shards: 1 }] });
  });
});

test('the failure stream leaves out what never occurred, and its layers add up to all queries', async () => {
  const { updates, layers, classes } = await readOutcomes(scored.store, scored.runId);
  expect(classes).toBe('all');
  expect(updates).toEqual([1, 3]);
  expect(layers.map(({ outcome }) => outcome)).toEqual(['ok', 'wrong', 'unknown_name']);
  for (const place of updates.keys())
    expect(layers.reduce((sum, { shares }) => sum + (shares[place] ?? 0), 0)).toBeCloseTo(1, 10);
});

describe('an artifact that was deleted', () => {
  test('is named with a way out; what is left is shown', async () => {
    const [part] = await scored.record(4, [{ prompt: 3, texts: [wrong, fails] }]);
    await scored.artifacts.remove(part?.executions as never);
    const opened = await open(4);
    expect(opened).toMatchObject({ executions: 'lost', lost: [{ kind: 'executions', hash: part?.executions?.hash }] });
    const lens = readLens(run, 4, 0, opened);
    expect(lens.completions.map(({ reward, executions }) => [reward, executions])).toEqual([
      [0, null],
      [-0.5, null],
    ]);
    expect(lens.lost[0]?.hint).toContain('resume the run');
    const map = await readMap(scored.store, scored.artifacts, run, { after: 3, limit: 10 });
    expect(map.cells).toMatchObject([{ state: 'mixed', solved: 0 }]);
    expect(map.lost).toMatchObject([{ update: 4, kind: 'executions' }]);

    await scored.artifacts.remove(part?.rewards as never);
    expect(readLens(run, 4, 0, await open(4)).completions.map(({ reward }) => reward)).toEqual([null, null]);
    await scored.artifacts.remove(part?.rollout as never);
    await expect(open(4)).rejects.toMatchObject({ status: 404, message: expect.stringContaining('is not there') });
    expect((await readMap(scored.store, scored.artifacts, run, { after: 3, limit: 10 })).cells).toEqual([]);
    await scored.record(4, [{ prompt: 3, texts: [wrong, fails] }]);
    expect(await open(4)).toMatchObject({ executions: 'stored', lost: [] });
  });
});
