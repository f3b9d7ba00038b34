/** From answers to the page: scores over seeds, verdicts against the first setting, groups of questions, and what is missing. */
import type { EvaluateResult, Prediction, Scores } from '@queryloop/contracts';
import { compareSides, holm } from '@queryloop/stats';
import { expect, test } from 'vitest';
import { reportLines } from './report.ts';
import type { ReportedTable } from './reported-table.ts';
import { scoreTable } from './score-table.ts';
import { type RunEvaluation, readSplitAnswers, type SplitAnswers } from './table-answers.ts';

/** Right answers to the first `right` of `n` questions. */
const first = (right: number, n: number): string => '1'.repeat(right) + '0'.repeat(n - right);

function answers(text: string, failed = 0) {
  const n = text.length;
  const correct = Uint8Array.from(text, Number);
  const right = correct.reduce((sum, one) => sum + one, 0);
  const scores: Scores = {
    ...{ n, correct: right, accuracy: right / n, failed, errorRate: failed / n },
    ...{ ems: right / n, rems: right / n, byType: {} },
  };
  return { scores, correct };
}

function split(name: string, types: string[], variants: Record<number, [base: string, final: string]>[]): SplitAnswers {
  return {
    ...{ split: name, label: 'TEMPTABQA-C', outsideData: 0, types },
    variants: variants.map((runs) =>
      Object.entries(runs).map(([seed, [base, final]]) => ({
        ...{ seed: Number(seed), base: answers(base, 2), final: answers(final) },
      })),
    ),
  };
}

const types = Array.from({ length: 100 }, (_, i) => String([3, 1002, 54, 1001][i % 4]));
const original = split('Original', types, [
  { 1: [first(40, 100), first(90, 100)], 2: [first(50, 100), first(94, 100)] },
  { 1: [first(40, 100), first(60, 100)], 2: [first(50, 100), first(66, 100)] },
  { 2: [first(50, 100), first(93, 100)] },
  {},
]);
const easy = split('Easy', Array(40).fill('3').concat(Array(40).fill('54')), [
  { 1: [first(20, 80), first(80, 80)], 2: [first(30, 80), first(80, 80)] },
  { 1: [first(20, 80), first(70, 80)], 2: [first(30, 80), first(78, 80)] },
  { 2: [first(30, 80), first(80, 80)] },
  {},
]);

const table: ReportedTable = {
  command: 'npx queryloop run experiments/paper-table.yaml',
  experiment: 'quickstart.yaml',
  set: {},
  variants: [
    {
      name: 'default',
      what: '1, 0, −0.5',
      set: {},
      updates: 180,
      runs: [
        { seed: 1, missing: null },
        { seed: 2, missing: null },
      ],
    },
    {
      name: 'free',
      what: undefined,
      set: { 'reward.failed': 0 },
      updates: 180,
      runs: [
        { seed: 1, missing: null },
        { seed: 2, missing: null },
      ],
    },
    {
      name: 'short',
      what: 'a|b <i>',
      set: {},
      updates: 180,
      runs: [
        { seed: 1, missing: 'failed' },
        { seed: 2, missing: null },
      ],
    },
    {
      ...{ name: 'ems', what: undefined, updates: 180, runs: [{ seed: 1, missing: 'not run' }] },
      set: { 'reward.functions': [{ name: 'ems' }], database: 'mysql://me:secret@host/' },
    },
  ],
  missingSplits: [{ split: 'Hard', why: 'no file Hard.tsv' }],
  splits: scoreTable([original, easy]),
};

test('scores are means over seeds, and every verdict is corrected for all of the table', () => {
  const [cells, easyCells] = table.splits.map((scored) => scored.cells);
  expect(cells?.[0]).toMatchObject({
    ...{ seeds: [1, 2], base: { value: 45 }, final: { value: 92 }, gain: { value: 47 }, against: null },
    ems: { base: 45, final: 92 },
    failed: { base: 2, final: 0 },
  });
  expect(cells?.[3]).toBeNull();
  for (const { value, ci95 } of [cells?.[0]?.base, cells?.[0]?.final, cells?.[0]?.gain].filter(
    (each) => each !== undefined,
  )) {
    expect(ci95[0]).toBeLessThan(value);
    expect(ci95[1]).toBeGreaterThan(value);
  }
  expect(cells?.[1]?.against).toMatchObject({ points: -29, verdict: 'worse', paired: true, seeds: [1, 2] });
  // Of the first setting only the seed that both have takes part.
  expect(cells?.[2]?.against).toMatchObject({ points: -1, verdict: 'undecided', paired: true, seeds: [2] });
  const compared = [...(cells ?? []), ...(easyCells ?? [])].flatMap((cell) => (cell?.against ? [cell.against] : []));
  expect(compared).toHaveLength(4);
  expect(compared.map(({ holmP }) => holmP)).toEqual(holm(compared.map(({ mcnemarP }) => mcnemarP)));
  const side = (runs: (typeof original.variants)[number]) => ({
    seeds: runs.map(({ seed }) => seed),
    correct: runs.map(({ final }) => final.correct),
  });
  const [reference = [], other = []] = original.variants;
  expect(cells?.[1]?.against).toMatchObject(compareSides({ base: side(reference), final: side(other) }, { key: 1 }));
});

test('questions are grouped by type, and by the difficulty that a split of one difficulty gives their types', () => {
  const [scored, ofEasy] = table.splits;
  expect(scored?.types.map(({ name, n }) => [name, n])).toEqual([
    ['3', 25],
    ['54', 25],
    ['1001', 25],
    ['1002', 25],
  ]);
  expect(scored?.difficulties.map(({ name, n }) => [name, n])).toEqual([
    ['Easy', 50],
    ['not in Easy', 50],
  ]);
  expect(ofEasy?.difficulties).toEqual([]);
  for (const groups of [scored?.types, scored?.difficulties]) {
    const mean = (groups ?? []).reduce((sum, { n, variants }) => sum + (n * (variants[0]?.final ?? 0)) / 100, 0);
    expect(mean).toBeCloseTo(92, 10);
  }
});

test('the page says all of it, the same each time, and no password', () => {
  const text = reportLines(table).join('\n');
  expect(reportLines({ ...table, splits: scoreTable([original, easy]) }).join('\n')).toBe(text);
  expect(text).toContain('| default | 1, 0, −0.5 | – | 1, 2 |');
  expect(text).toContain(
    '| ems |  | `reward.functions` = `[{"name":"ems"}]`, `database` = `mysql://me:…@host/` | 1 (not run) |',
  );
  expect(text).toContain('| short | a\\|b &lt;i> | – | 1 (failed), 2 |');
  expect(text).toContain('Not scored: `Hard` (no file Hard.tsv).');
  expect(text).toContain('Left out: short, seed 1 (failed); ems, seed 1 (not run).');
  expect(text).toContain('### Original: 100 questions');
  expect(text).toMatch(
    /\| free \| 2 \| 45\.0 \[[\d., ]+\] \| 63\.0 \[[\d., ]+\] \| \+18\.0 \[[\d.−, ]+\] \| 45\.0 → 63\.0 \| 2\.0 → 0\.0 \| −29\.0 \[[\d.−, ]+\] \| \d\.\de-\d+ \| worse \|/,
  );
  expect(text).toContain('| ems | – | – | – | – | – | – |  |  |  |');
  expect(text).toMatch(/\| Hard \| – \| – \| – \| – \| – \| – \|/);
  expect(text).toContain('| Original | not in Easy | 50 |');
  expect(text).not.toContain('secret');
  for (const row of text.split('\n').filter((line) => line.startsWith('|')))
    expect(row.match(/(?<!\\)\|/g)?.length, row).toBeGreaterThan(3);
});

test('a table of one setting and one split has no comparison and no overview', () => {
  const alone = { ...original, variants: original.variants.slice(0, 1), types: original.types.map(() => '') };
  const lines = reportLines({
    ...table,
    variants: table.variants.slice(0, 1),
    missingSplits: [],
    splits: scoreTable([alone]),
  });
  const text = lines.join('\n');
  expect(text).not.toMatch(/verdict|All splits|By /);
  expect(text).toContain('| setting | seeds | base | after GRPO | gain | EMS | failed |');
});

test('a table without any finished run says so', () => {
  const text = reportLines({ ...table, splits: scoreTable([]) }).join('\n');
  expect(text).toContain('**Incomplete.**');
  expect(text).not.toContain('###');
});

test('a split without questions has no scores', () => {
  expect(scoreTable([split('Empty', [], [{ 1: ['', ''] }])])).toMatchObject([{ n: 0, cells: [null] }]);
});

test('runs that were asked different questions are no rows of one table', async () => {
  const prediction = (question: string): Prediction => ({
    ...{ question, type: '1', answer: '2', sql: 'SELECT 2', outcome: 'ok', result: '2', correct: true, failed: false },
  });
  const files = new Map([
    ['a', [prediction('how many?'), prediction('who?')]],
    ['b', [prediction('how many?'), prediction('where?')]],
  ]);
  const artifacts = { getJson: async <T>({ hash }: { hash: string }) => files.get(hash) as T };
  const evaluation = (runId: string, hash: string): RunEvaluation => {
    const output = { scores: answers('11').scores, predictions: { kind: 'predictions' as const, hash, bytes: 1 } };
    const result: EvaluateResult = { split: 'Original', label: 'L', outsideData: 3, base: output, final: output };
    return { runId, seed: 1, result };
  };
  expect(await readSplitAnswers(artifacts, [[], []])).toBeNull();
  expect(await readSplitAnswers(artifacts, [[evaluation('one', 'a')], []])).toMatchObject({
    ...{ split: 'Original', label: 'L', outsideData: 3, types: ['1', '1'], variants: [[{ seed: 1 }], []] },
  });
  await expect(readSplitAnswers(artifacts, [[evaluation('one', 'a')], [evaluation('two', 'b')]])).rejects.toThrow(
    'runs one and two were not asked the same questions on Original: 2 questions of L, but 2 questions of L; question 2 is the first that differs',
  );
});
