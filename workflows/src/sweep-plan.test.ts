/** Which run a sweep begins next, told what happened step by step. */
import { ExperimentConfig, type RunOutcome, SweepConfig, type SweepInput, type SweepRun } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { type PlannedRun, SweepPlan, type SweepState } from './sweep-plan.ts';

const config = ExperimentConfig.parse({ grpo: { updates: 9 } });

function inputOf(trials: string, settings: object): SweepInput {
  return {
    sweepId: 'sweep',
    settings: SweepConfig.parse({ name: 'sweep', experiment: 'x.yaml', ...settings }),
    trials: [...trials].map((id) => ({ id, parameters: {}, config })),
  };
}

const nothing = (): SweepState => ({ runs: [], dev: [], decisions: [], givenUp: [], startedAtMs: 0 });

function outcome({ run, until }: PlannedRun, accuracy: number): RunOutcome {
  const update = until ?? 9;
  const dev = { accuracy } as never;
  if (until !== undefined) return { status: 'stopped', runId: run.runId, update, tokens: 10 * update, dev };
  const result = { updates: update, tokens: 10 * update, bestUpdate: 9, dev: [{ update: 9, accuracy }], final: dev };
  return { status: 'finished', result: result as never };
}

/** Runs one after the other as the plan says; `devOf` gives the accuracy of a trial. What was begun, as "a1:3" (trial, seed, until). */
function playOut(plan: SweepPlan, devOf: (trial: string, until: number | undefined) => number): string[] {
  const begun: string[] = [];
  for (let planned = plan.next(0); planned !== null; planned = plan.next(0)) {
    const { run, until } = planned;
    begun.push(`${run.trial}${run.seed}:${until ?? 'end'}`);
    plan.ended(run, outcome(planned, devOf(run.trial, until)));
  }
  return begun;
}

const better: Record<string, number> = { a: 0.1, b: 0.5, c: 0.3, d: 0.2, e: 0.9, f: 0.4 };
const devOf = (trial: string): number => better[trial] ?? 0;

test('a grid takes trials in order, with their seeds one after the other', () => {
  const plan = new SweepPlan(inputOf('ab', { seeds: [1, 2] }), nothing());
  expect(playOut(plan, devOf)).toEqual(['a1:end', 'a2:end', 'b1:end', 'b2:end']);
  expect(plan.best).toEqual({ trial: 'b', dev: 0.5 });
});

test('successive halving promotes as soon as there are enough at a rung', () => {
  const plan = new SweepPlan(inputOf('abcdef', { method: 'asha', asha: { minUpdates: 3, reduction: 3 } }), nothing());
  expect(playOut(plan, devOf)).toEqual(['a1:3', 'b1:3', 'c1:3', 'b1:end', 'd1:3', 'e1:3', 'e1:end', 'f1:3']);
  expect(
    plan.progress(0).decisions.map(({ trial, rung, promoted }) => `${trial}${rung}${promoted ? '+' : '-'}`),
  ).toEqual(['a3-', 'b3+', 'c3-', 'd3-', 'e3+', 'f3-']);
  expect(plan.best).toEqual({ trial: 'e', dev: 0.9 });
});

test('seeds of a trial are averaged, and all of them go on', () => {
  const plan = new SweepPlan(
    inputOf('ab', { method: 'asha', seeds: [1, 2], asha: { minUpdates: 3, reduction: 2 } }),
    nothing(),
  );
  expect(playOut(plan, devOf)).toEqual(['a1:3', 'a2:3', 'b1:3', 'b2:3', 'b1:6', 'b2:6', 'b1:end', 'b2:end']);
});

test('when too few are left for a promotion, the best goes on to the end', () => {
  const plan = new SweepPlan(inputOf('ab', { method: 'asha', asha: { minUpdates: 3, reduction: 3 } }), nothing());
  expect(playOut(plan, devOf)).toEqual(['a1:3', 'b1:3', 'b1:end']);
});

test('what happened before is taken up: decided trials go on, new ones are compared with them', () => {
  const settings = { method: 'asha', asha: { minUpdates: 3, reduction: 3 } };
  const first = new SweepPlan(inputOf('abc', settings), nothing());
  expect(playOut(first, devOf)).toEqual(['a1:3', 'b1:3', 'c1:3', 'b1:end']);
  // The store knows runs and dev scores, not decisions.
  const { runs, dev } = first.state;
  const later = new SweepPlan(inputOf('abcdef', settings), { ...nothing(), runs, dev });
  expect(later.progress(0).decisions.map(({ trial, promoted }) => [trial, promoted])).toEqual([
    ['a', false],
    ['b', true],
    ['c', false],
  ]);
  expect(playOut(later, devOf)).toEqual(['d1:3', 'e1:3', 'e1:end', 'f1:3']);
});

test('a run that failed is not tried again, nor is its trial promoted, until the sweep is resumed', () => {
  const settings = { method: 'asha', asha: { minUpdates: 3, reduction: 2 } };
  const plan = new SweepPlan(inputOf('ab', settings), nothing());
  const first = plan.next(0) as PlannedRun;
  plan.failed(first.run, 'failed', 'disk full', { update: 2, tokens: 20 });
  expect(playOut(plan, devOf)).toEqual(['b1:3', 'b1:6', 'b1:end']);
  expect(plan.progress(0)).toMatchObject({
    runs: [{ status: 'failed', update: 2, error: 'disk full' }, {}],
    spent: { updates: 11 },
  });
  const resumed = new SweepPlan(inputOf('ab', settings), { ...nothing(), runs: plan.state.runs, dev: plan.state.dev });
  const again = resumed.next(0) as PlannedRun;
  expect(again).toMatchObject({ run: { trial: 'a' }, until: 3, known: true });
});

test.each([
  ['updates', { updates: 18 }],
  ['tokens', { tokens: 180 }],
  ['hours', { hours: 2 }],
])('no run is begun once the %s are spent', (part, budget) => {
  const plan = new SweepPlan(inputOf('abc', { budget }), nothing());
  const begun: SweepRun[] = [];
  for (let hour = 0; ; hour++) {
    const planned = plan.next(hour * 3_600_000);
    if (planned === null) break;
    begun.push(planned.run);
    plan.ended(planned.run, outcome(planned, 0.5));
  }
  expect(begun.map(({ trial }) => trial)).toEqual(['a', 'b']);
  expect(plan.progress(7_200_000).exhausted).toBe(part);
});
