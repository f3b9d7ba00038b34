/** Disagreements of comparators about a run in a real store: counts, examples, what is printed, and what is not there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig, type Prediction, type Scores } from '@queryloop/contracts';
import { type ChosenDisagreements, disagreementsOf } from '@queryloop/control';
import { openStore, type Store } from '@queryloop/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { disagreementLines } from '../disagree/print-disagreements.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-disagree-'));
let store: Store;

const asked = (question: string, scores?: Prediction['scores']): Prediction => ({
  question,
  type: 'count',
  answer: 'a\u001b[2J',
  sql: `SELECT '${question}'`,
  outcome: 'ok',
  result: 'a, b',
  correct: scores?.['exact'] === 1,
  failed: false,
  ...(scores && { scores }),
});

/** Two queries that EMS alone accepts, one that only the graded soft F1 half accepts, one right by all. */
const rows = [
  asked('broad 1', { exact: 0, ems: 1, soft_f1: 0.5 }),
  asked('broad 2', { exact: 0, ems: 1, soft_f1: 0.5 }),
  asked('part', { exact: 0, ems: 0, soft_f1: 2 / 3 }),
  asked('right', { exact: 1, ems: 1, soft_f1: 1 }),
];

beforeAll(async () => {
  store = await openStore({ folder });
  const scores: Scores = { n: 4, correct: 1, accuracy: 0.25, failed: 0, errorRate: 0, ems: 0.75, rems: 1, byType: {} };
  const predictions = { kind: 'predictions', hash: 'c'.repeat(64), bytes: 1 } as const;
  for (const id of ['run', 'older', 'begun'])
    await store.runs.create({ id, config: ExperimentConfig.parse({ name: id }) });
  const evaluation = { split: 'dev', scores, predictions } as const;
  await store.evaluations.record({ runId: 'run', update: 0, ...evaluation, rows: rows.slice(3) });
  await store.evaluations.record({ runId: 'run', update: 20, ...evaluation, rows });
  await store.evaluations.record({ runId: 'older', update: 20, ...evaluation, rows: [asked('old'), ...rows.slice(1)] });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const found = (runId: string, chosen: Partial<ChosenDisagreements> = {}) =>
  disagreementsOf(store, runId, { split: 'dev', examples: 1, ...chosen });

test('counts each against exact, with examples; a run that goes on is looked at after its last evaluation', async () => {
  const { update, n, dissents } = await found('run');
  expect([update, n]).toEqual([20, 4]);
  expect(dissents).toMatchObject([
    { accepted: 'ems', rejected: 'exact', count: 2, examples: [{ position: 0, question: 'broad 1' }] },
  ]);
  expect(dissents[0]?.examples).toHaveLength(1);
});

test('two comparators are looked at both ways; an earlier policy can be', async () => {
  const { dissents } = await found('run', { between: ['soft_f1', 'ems'], examples: 9 });
  expect(dissents.map(({ accepted, count, examples }) => [accepted, count, examples.length])).toEqual([['ems', 2, 2]]);
  expect(await found('run', { update: 0 })).toMatchObject({ update: 0, n: 1, dissents: [] });
});

test('is printed as a matrix with examples, which cannot steer the terminal', async () => {
  const lines = disagreementLines(await found('run'));
  expect(lines.slice(3, 7)).toEqual([
    '           mean    accepts  exact  ems  soft_f1',
    '  exact    25.0 %  1        ·      0    0',
    '  ems      75.0 %  3        2      ·    2',
    '  soft_f1  66.7 %  1        0      0    ·',
  ]);
  expect(lines).toContain('ems accepts, exact does not: 2');
  expect(lines).toContain('    → a, b  [ems 1, exact 0]');
  expect(lines.join('')).not.toContain('\u001b');
});

test.each<[string, string, Partial<ChosenDisagreements>]>([
  ['no run "nobody" is known here', 'nobody', {}],
  ['run run has no evaluation on test', 'run', { split: 'test' }],
  ['run run has no evaluation on dev after update 7', 'run', { update: 7 }],
  ['run begun has no evaluation on dev', 'begun', {}],
  ['"emms" is no comparator', 'run', { between: ['exact', 'emms'] }],
  ['one comparator twice', 'run', { between: ['ems', 'ems'] }],
  ['by a version that did not keep', 'older', {}],
])('says: %s', async (message, runId, chosen) => {
  await expect(found(runId, chosen)).rejects.toThrow(message);
});
