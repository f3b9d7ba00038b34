import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetConfig, RewardConfig } from '@queryloop/contracts';
import { afterAll, expect, test } from 'vitest';
import { type AuditRewardOutput, auditReward } from './audit-reward.ts';
import { closeCopies } from './grounding/open-copies.ts';
import { contextIn } from './step-context.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-audit-reward-'));
const context = contextIn(folder);
afterAll(async () => {
  await closeCopies();
  rmSync(folder, { recursive: true });
});

const audit = (reward: object, questions = 24, step = context): Promise<AuditRewardOutput> =>
  auditReward(
    {
      dataset: DatasetConfig.parse({ name: 'built-in-world' }),
      database: 'sqlite',
      reward: RewardConfig.parse(reward),
      questionsPerPrompt: 4,
      questions,
      seed: 1,
      threads: 1,
    },
    step,
  );

test('shows that it goes on while a module of one’s own takes its time', async () => {
  const module = join(folder, 'slow.mjs');
  writeFileSync(
    module,
    'export default async (batch) => { await new Promise((done) => setTimeout(done, 2500)); return batch.map(() => 1); }',
  );
  const sha256 = createHash('sha256').update(readFileSync(module)).digest('hex');
  const times: number[] = [];
  const listening = { ...context, progress: () => times.push(performance.now()) };
  await audit({ functions: [{ name: 'slow', module, sha256 }] }, 1, listening);
  const gaps = times.slice(1).map((time, i) => time - (times[i] as number));
  expect(times.length).toBeGreaterThan(4);
  expect(Math.max(...gaps.slice(-3))).toBeLessThan(2400);
}, 120_000);

const findingsOf = ({ splits }: AuditRewardOutput, split: string, kind: string, name: string) => {
  const found = splits
    .find((each) => each.split === split)
    ?.scorers.find((scorer) => scorer.kind === kind && scorer.name === name)?.findings;
  if (found === undefined) throw new Error(`${name} is not there`);
  return found;
};

test('EMS is hacked by one constant and one over-broad query, exact accuracy by neither', async () => {
  const result = await audit({});
  expect(result.splits.map(({ split, questions }) => [split, questions])).toEqual([
    ['train', 24],
    ['dev', 24],
  ]);
  expect(result.attacks.data_free).toBeGreaterThan(100);
  expect(result.attacks.over_broad).toBeGreaterThan(100);
  for (const split of ['train', 'dev']) {
    const ems = findingsOf(result, split, 'comparator', 'ems');
    const exact = findingsOf(result, split, 'comparator', 'exact');
    expect(ems).toMatchObject({ right: 1, nothing: 0 });
    expect(ems.dataFree?.share).toBeGreaterThan(0.6);
    expect(ems.overBroad?.share).toBeGreaterThan(0.6);
    expect(exact.dataFree?.share).toBeLessThan(0.4);
    expect(exact.overBroad?.share).toBeLessThan(0.2);
    expect(exact.dataFreePerPrompt?.score).toBeGreaterThanOrEqual(exact.dataFree?.score ?? 1);
    expect(findingsOf(result, split, 'reward', 'reward')).toEqual(exact);
  }
  expect(await audit({})).toEqual(result);
}, 120_000);

test('where grounding is required, constants earn nothing; what comparators say stays', async () => {
  const result = await audit({
    functions: [{ name: 'ems' }, { name: 'executes', weight: 0.5 }],
    requireGrounded: true,
  });
  const reward = findingsOf(result, 'train', 'reward', 'reward');
  // Running earns 0.5; EMS is withheld.
  expect(reward).toMatchObject({ right: 1.5, nothing: 0.5, dataFree: { score: 0.5, share: 0 } });
  expect(findingsOf(result, 'train', 'function', 'ems').dataFree?.score).toBe(0);
  expect(findingsOf(result, 'train', 'comparator', 'ems').dataFree?.score).toBeGreaterThan(0.6);
  expect(findingsOf(result, 'train', 'function', 'executes')).toMatchObject({
    right: 1,
    nothing: 1,
    dataFree: { share: null },
  });
}, 120_000);
