/** Comparisons of runs in a real store: sides, verdicts, formats, and what cannot be compared. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig, type Prediction, type RunResult, type Scores, type SplitName } from '@queryloop/contracts';
import { type Comparison, comparisonOf, trialId } from '@queryloop/control';
import { openStore, type Store } from '@queryloop/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparisonCsv, comparisonMarkdown, comparisonTable } from '../compare/print-comparison.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-compare-'));
let store: Store;
beforeAll(async () => {
  store = await openStore({ folder });
  const slow = { name: 'tried', grpo: { beta: 0.5 } };
  const fast = { name: 'tried', grpo: { beta: 0 } };
  // Of 100 questions each run answers the first so many right.
  await addRun('slow-1', { ...slow, seed: 1 }, 50);
  await addRun('slow-2', { ...slow, seed: 2 }, 52);
  await addRun('slow-3', { ...slow, seed: 3 }, 51);
  await addRun('fast-1', { ...fast, seed: 1 }, 80);
  await addRun('fast-2', { ...fast, seed: 2 }, 84);
  await addRun('fast-3', { ...fast, seed: 3 }, 81);
  await addRun('again', { ...fast, name: 'another name', seed: 1 }, 80);
  await addRun('alike', { name: 'tried', grpo: { beta: 0.25 }, seed: 1 }, 53);
  await addRun('served', { ...fast, database: 'mysql://ql:se/cr@et@db/', seed: 1 }, 80);
  await addRun('elsewhere', { name: 'tried', dataset: { name: 'built-in-world' }, seed: 1 }, 30, { asked: 'Other' });
  await store.runs.create({ id: 'begun', config: ExperimentConfig.parse({ ...slow, seed: 9 }) });

  const configs = [slow, fast].map((config) => ExperimentConfig.parse({ ...config, name: 'sweep-beta', seed: 1 }));
  const trials = configs.map((config) => ({
    id: trialId(config),
    parameters: { 'grpo.beta': config.grpo.beta },
    config,
  }));
  const settings = { name: 'beta', experiment: 'tried.yaml', seeds: [1, 2] };
  const { SweepConfig } = await import('@queryloop/contracts');
  await store.sweeps.start({ id: 'sweep-beta', settings: SweepConfig.parse(settings), trials });
  await addRun('swept-fast-1', { ...fast, name: 'sweep-beta', seed: 1 }, 80, { sweepId: 'sweep-beta' });
  await addRun('swept-slow-1', { ...slow, name: 'sweep-beta', seed: 1 }, 50, { sweepId: 'sweep-beta' });
  const config = ExperimentConfig.parse({ ...slow, name: 'sweep-beta', seed: 2 });
  await store.runs.create({ id: 'swept-slow-2', config, sweepId: 'sweep-beta' });
  await store.runs.setStatus('swept-slow-2', 'failed', { error: 'disk full' });
  await store.sweeps.start({ id: 'sweep-empty', settings: SweepConfig.parse({ ...settings, name: 'empty' }), trials });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A finished run whose base answers the first 40 of 100 questions right and whose final policy the first `right`. */
async function addRun(
  id: string,
  settings: object,
  right: number,
  { asked = 'Question', sweepId }: { asked?: string; sweepId?: string } = {},
): Promise<void> {
  const config = ExperimentConfig.parse(settings);
  await store.runs.create({ id, config, sweepId });
  const dataset = { kind: 'dataset', hash: (asked === 'Other' ? 'b' : 'a').repeat(64), bytes: 1 } as const;
  await store.datasets.record({ dataset, label: `${asked}s`, questions: { test: 100 } });
  await store.runs.setDataset(id, dataset.hash);
  const evaluated = async (update: number, split: SplitName, count: number): Promise<Scores> => {
    const rows = Array.from({ length: 100 }, (_, i): Prediction => {
      const correct = i < count;
      const words = { question: `${asked} ${i}?`, type: 'count', answer: `${i}`, sql: 'SELECT 1', result: '1' };
      return { ...words, outcome: correct ? 'ok' : 'wrong', correct, failed: false };
    });
    const share = count / 100;
    const scores = {
      n: 100,
      correct: count,
      accuracy: share,
      failed: 0,
      errorRate: 0,
      ems: share,
      rems: share,
      byType: {},
    };
    const predictions = { kind: 'predictions', hash: 'c'.repeat(64), bytes: 1 } as const;
    await store.evaluations.record({ runId: id, update, split, scores, predictions, rows });
    return scores;
  };
  const base = await evaluated(0, 'test', 40);
  await evaluated(0, 'dev', 40);
  // What the policy at the end does is no matter: the best on dev was chosen.
  await evaluated(20, 'test', 0);
  const final = await evaluated(10, 'test', right);
  await evaluated(10, 'dev', right);
  const result: RunResult = {
    ...{ runId: id, dataset: 'Questions', seed: config.seed, updates: 20, tokens: 9, bestUpdate: 10, base, final },
    comparison: { points: 0, ci95: [0, 0], mcnemarP: 1 },
    dev: [],
    checkpoint: { kind: 'checkpoint', hash: 'd'.repeat(64), bytes: 1 },
    examples: [],
    seconds: { prepare: 0, warmStart: 0, baseline: 0, train: 0, evaluate: 0, total: 0 },
  };
  await store.runs.setStatus(id, 'finished', { result });
}

interface Given {
  split?: 'test' | 'dev';
  baseline?: string;
  againstBase?: boolean;
}

async function compared(
  ids: string[],
  { split = 'test', againstBase = false, ...rest }: Given = {},
): Promise<Comparison> {
  return (await comparisonOf(store, ids, { split, againstBase, ...rest })).comparison;
}

const slow = ['slow-2', 'slow-1', 'slow-3'];
const fast = ['fast-1', 'fast-2', 'fast-3'];

describe('sides', () => {
  test('hold the seeds of one experiment; the first is the reference; clear differences get a verdict', async () => {
    const { sides, questions } = await compared([...slow, ...fast, 'alike']);
    expect(questions).toBe(100);
    expect(sides.map(({ label, runs }) => [label, runs.map(({ runId }) => runId)])).toEqual([
      ['grpo.beta = 0.5', ['slow-1', 'slow-2', 'slow-3']],
      ['grpo.beta = 0', fast],
      ['grpo.beta = 0.25', ['alike']],
    ]);
    const [reference, better, alike] = sides;
    expect(reference?.comparison).toBeNull();
    expect(reference?.accuracy).toEqual({
      mean: expect.closeTo(0.51, 12),
      standardError: expect.closeTo(0.01 / Math.sqrt(3), 12),
      n: 3,
    });
    // Every seed of the one is right where more than every seed of the other is: questions 52 to 83 are won.
    expect(better?.comparison).toMatchObject({ verdict: 'better', paired: true, won: 34, lost: 0, seedsNeeded: 0 });
    expect(better?.comparison?.points).toBeCloseTo((100 * (245 - 153)) / 300, 9);
    expect(better?.comparison?.mcnemarP).toBeCloseTo(2 * 2 ** -34, 14);
    expect(better?.comparison?.holmP).toBeCloseTo(4 * 2 ** -34, 14);
    // One seed against three: seed 1 of each side gives McNemar's table.
    expect(alike?.comparison).toMatchObject({
      verdict: 'undecided',
      paired: false,
      won: 3,
      lost: 0,
      seedsNeeded: null,
    });
  });

  test('are told apart by their database without its password', async () => {
    const { sides } = await compared(['fast-1', 'served']);
    expect(sides.map(({ label }) => label)).toEqual(['database = sqlite', 'database = mysql://ql:…@db/']);
  });

  test('--baseline chooses the reference, also one that is not among the runs', async () => {
    const chosen = await compared([...slow, ...fast], { baseline: 'fast-2' });
    expect(chosen.sides.map(({ label }) => label)).toEqual(['grpo.beta = 0', 'grpo.beta = 0.5']);
    expect(chosen.sides[1]?.comparison).toMatchObject({ verdict: 'worse' });
    expect((await compared(['fast-1'], { baseline: 'slow-1' })).sides[1]?.runs).toMatchObject([{ runId: 'fast-1' }]);
  });

  test('--against-base compares each side with its own policies before GRPO', async () => {
    const { reference, sides } = await compared([...fast, 'alike'], { againstBase: true });
    expect(reference).toBe('base');
    expect(sides.map(({ comparison }) => comparison)).toMatchObject([
      { verdict: 'better', paired: true, reference: { accuracy: { mean: expect.closeTo(0.4, 12) as number, n: 3 } } },
      { verdict: 'better', paired: true, reference: { accuracy: { mean: 0.4, n: 1 } } },
    ]);
    expect(sides[1]?.comparison?.points).toBeCloseTo(13, 9);
  });

  test('a sweep stands for its finished runs, by trial in its own order', async () => {
    const { comparison, leftOut } = await comparisonOf(store, ['sweep-beta'], { split: 'dev', againstBase: false });
    expect(comparison.sides.map(({ runs }) => runs.map(({ runId }) => runId))).toEqual([
      ['swept-slow-1'],
      ['swept-fast-1'],
    ]);
    expect(leftOut.map(({ id }) => id)).toEqual(['swept-slow-2']);
  });
});

describe('refuses', () => {
  test.each([
    { ids: ['nowhere', 'fast-1'], message: 'no run or sweep "nowhere" is known here' },
    { ids: ['fast-1', 'begun'], message: 'run begun is running, not finished' },
    { ids: ['fast-1', 'slow-1', 'fast-1'], message: 'fast-1 is given twice' },
    {
      ids: ['sweep-beta', 'swept-fast-1'],
      message: 'run swept-fast-1 is given twice: as part of sweep sweep-beta and by itself',
    },
    {
      ids: ['fast-1', 'again'],
      message: 'runs fast-1 and again repeat one another: the same settings and the same seed (1)',
    },
    { ids: ['sweep-empty'], message: 'sweep sweep-empty has no finished run to compare' },
    { ids: fast, message: 'the 3 runs differ in their seeds only, so they are one side' },
    { ids: ['fast-1'], given: { baseline: 'sweep-beta' }, message: '--baseline sweep-beta: is a sweep' },
    { ids: ['fast-1'], given: { baseline: 'slow-1', againstBase: true }, message: 'exclude each other' },
    {
      ids: ['fast-1', 'elsewhere'],
      message:
        'runs fast-1 and elsewhere were not asked the same test questions: 100 questions of Questions (test: Original), but 100 questions of Others (test: Original); question 1 is the first that differs',
    },
  ])('$ids $given', async ({ ids, given, message }) => {
    await expect(compared(ids, given)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(message) as string,
      hint: expect.stringMatching(/./) as string,
    });
  });
});

test('formats: a table, Markdown and CSV with one row for each side', async () => {
  const comparison = await compared([...slow, ...fast]);
  const table = comparisonTable(comparison).join('\n');
  expect(table).toContain('100 test questions, against grpo.beta = 0.5');
  expect(table).toMatch(
    /grpo\.beta = 0 {2,}1, 2, 3 {2,}81\.7 ± 1\.2 % {2,}\+30\.7 {2,}\[\+\d+\.\d, \+\d+\.\d\] .*better {2,}–/,
  );
  expect(table).toMatch(/grpo\.beta = 0\.5 {2,}1, 2, 3 {2,}51\.0 ± 0\.6 % {2,}reference/);

  const markdown = comparisonMarkdown(comparison);
  expect(markdown.filter((line) => line.startsWith('|'))).toHaveLength(4);
  expect(new Set(markdown.filter((line) => line.startsWith('|')).map((line) => line.split('|').length))).toEqual(
    new Set([11]),
  );

  const [head, reference, other, ...rest] = comparisonCsv(comparison);
  expect(rest).toEqual([]);
  expect(head?.split(',')).toHaveLength(21);
  expect(reference).toMatch(/^grpo\.beta = 0\.5,test,100,slow-1 slow-2 slow-3,1 2 3,0\.51,0\.0057\d+,{14}$/);
  expect(other).toMatch(/^grpo\.beta = 0,test,100,.*,true,better,2,0$/);
  const [side] = comparison.sides;
  const quoted = comparisonCsv({ ...comparison, sides: side ? [{ ...side, label: 'a, "b"' }] : [] });
  expect(quoted[1]).toMatch(/^"a, ""b""",test/);
});
