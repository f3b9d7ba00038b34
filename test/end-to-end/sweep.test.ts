/** A sweep as a user runs it: runs share what they have in common, an interrupted sweep goes on, and seeds added later run alone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SweepDecision } from '@queryloop/contracts';
import { openStore, type StoredStep } from '@queryloop/store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lastJson, openWorkplace, type Workplace } from '../command-line.ts';

vi.setConfig({ testTimeout: 400_000 });

interface SweepDocument {
  best: { trial: string };
  trials: {
    trial: string;
    runs: { runId: string; seed: number; status: string }[];
    dev: { mean: number; n: number };
  }[];
  decisions: SweepDecision[];
}

let workplace: Workplace;
beforeAll(() => {
  workplace = openWorkplace();
});
afterAll(() => workplace.remove());

const experiment = fileURLToPath(new URL('../../experiments/smoke.yaml', import.meta.url));
/** Writes the sweep file with these seeds; its path. */
function sweepFile(seeds: number[]): string {
  const file = join(workplace.folder, 'sweep.yaml');
  const set = {
    'dataset.name': 'built-in-world',
    'warmStart.steps': 15,
    'grpo.updates': 1,
    'rollout.promptsPerUpdate': 8,
  };
  const parameters = { 'grpo.optimizer.learningRate': [3e-4, 1e-3] };
  writeFileSync(file, JSON.stringify({ name: 'tiny', experiment, set, parameters, seeds }));
  return file;
}

/** Steps of each run. */
async function stepsOf(runIds: string[]): Promise<StoredStep[][]> {
  const store = await openStore({ folder: join(workplace.folder, '.queryloop') });
  try {
    return await Promise.all(runIds.map((runId) => store.steps.list(runId)));
  } finally {
    await store.close();
  }
}

test('runs share a warm start, Ctrl-C holds the sweep, resume ends it, and a new seed runs alone', async () => {
  const interrupted = workplace.start(['sweep', sweepFile([1])]);
  await interrupted.printed('finished  dev');
  interrupted.child.kill('SIGINT');
  const held = await interrupted.ended;
  expect(held.code, held.stderr).toBe(130);

  const resumed = await workplace.start(['resume', 'sweep-tiny', '--json']).ended;
  expect(resumed.code, resumed.stderr).toBe(0);
  const { best, trials, decisions } = lastJson<SweepDocument>(resumed);
  expect(trials.map(({ runs }) => runs.map(({ seed, status }) => [seed, status]))).toEqual([
    [[1, 'finished']],
    [[1, 'finished']],
  ]);
  expect(best.trial).toBe(trials[0]?.trial);
  expect(trials[0]?.dev.mean).toBeGreaterThanOrEqual(trials[1]?.dev.mean ?? 1);
  expect(decisions).toEqual([]);
  const first = trials.flatMap(({ runs }) => runs.map(({ runId }) => runId));
  const steps = await stepsOf(first);
  for (const name of ['prepareDataset', 'warmStart']) {
    const reused = steps.map((list) => list.find((step) => step.name === name)?.reused);
    expect(reused.toSorted(), name).toEqual([false, true]);
  }

  const added = workplace.start(['sweep', sweepFile([1, 2]), '--json']);
  const outcome = await added.ended;
  expect(outcome.code, outcome.stderr).toBe(0);
  expect(lastJson<SweepDocument>(outcome).trials).toMatchObject([{ dev: { n: 2 } }, { dev: { n: 2 } }]);
  // Runs that are begun are announced; those of seed 1 are finished before.
  for (const runId of first) expect(outcome.stderr).not.toContain(`run ${runId}`);
  expect(outcome.stderr.match(/, seed 2: running {2}run /g)).toHaveLength(2);
  const before = await stepsOf(first);
  expect(before).toEqual(steps);

  const compared = await workplace.start(['compare', 'sweep-tiny', '--format', 'json']).ended;
  expect(compared.code, compared.stderr).toBe(0);
  const { sides } = lastJson<{ sides: { runs: { seed: number }[]; comparison: { paired: boolean } | null }[] }>(
    compared,
  );
  expect(sides.map(({ runs }) => runs.map(({ seed }) => seed))).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(sides[1]?.comparison?.paired).toBe(true);
});
