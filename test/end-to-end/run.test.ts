/** The whole loop as a user runs it, on the real benchmark: Temporal, worker, policy process and databases are the real ones. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '@queryloop/store';
import { afterEach, expect, test, vi } from 'vitest';
import { descendants, lastJson, type Outcome, openWorkplace, type Workplace } from '../command-line.ts';

vi.setConfig({ testTimeout: 400_000 });

const smoke = fileURLToPath(new URL('../../experiments/smoke.yaml', import.meta.url));
const workplaces: Workplace[] = [];
afterEach(() => {
  for (const workplace of workplaces.splice(0)) workplace.remove();
});
function newWorkplace(): Workplace {
  const workplace = openWorkplace();
  workplaces.push(workplace);
  return workplace;
}

interface RunDocument {
  runId: string;
  dataset: string;
  seed: number;
  base: Record<string, number>;
  final: Record<string, number>;
  comparison: { points: number; ci95: [number, number]; mcnemarP: number };
  updates: number;
  seconds: Record<string, number>;
  peakRssMb: number;
  checkpoint: string;
  checkpointHash: string;
}

/** What a repetition of a run must give again: the policy, its scores, and every metric. */
async function repeatable(outcome: Outcome, { folder }: Workplace): Promise<object> {
  const { runId, base, final, comparison, checkpointHash } = lastJson<RunDocument>(outcome);
  const store = await openStore({ folder: join(folder, '.queryloop') });
  try {
    const names = await store.metrics.names(runId);
    expect(names).toContain('sampler_logprob_gap');
    const metrics = await Promise.all(names.map(async (name) => [name, await store.metrics.series(runId, name)]));
    return { base, final, comparison, checkpointHash, metrics };
  } finally {
    await store.close();
  }
}

test('a run whose worker is killed, whose Temporal is killed, and whose worker hangs, ends as the run that was left alone', async () => {
  const alone = newWorkplace();
  const undisturbed = await alone.start(['run', smoke, '--json']).ended;
  expect(undisturbed.code, undisturbed.stderr).toBe(0);
  const document = lastJson<RunDocument>(undisturbed);
  expect(document).toMatchObject({ seed: 1, updates: 4, dataset: expect.any(String) as string });
  for (const scores of [document.base, document.final]) {
    expect(Object.keys(scores)).toEqual(
      expect.arrayContaining(['n', 'correct', 'accuracy', 'failed', 'errorRate', 'ems']) as string[],
    );
    expect(scores['n']).toBeGreaterThan(100);
  }
  expect(Object.keys(document.seconds)).toEqual(['prepare', 'warmStart', 'baseline', 'train', 'evaluate', 'total']);
  expect(document.peakRssMb).toBeGreaterThan(100);

  const disturbed = newWorkplace();
  const killed = disturbed.start(['run', smoke, '--json']);
  const signalOne = (program: string, signal: NodeJS.Signals): void => {
    const [pid] = descendants(killed.child.pid as number, program);
    process.kill(pid as number, signal);
  };
  await killed.printed('update    1/4');
  signalOne('apps/worker/src/main.ts', 'SIGKILL');
  await killed.printed('the worker ended (SIGKILL) and was started again');
  await killed.printed('update    2/4');
  signalOne('server start-dev', 'SIGKILL');
  await killed.printed('Temporal ended (SIGKILL) and was started again');
  await killed.printed('update    3/4');
  signalOne('apps/worker/src/main.ts', 'SIGSTOP');
  const outcome = await killed.ended;
  expect(outcome.code, outcome.stderr).toBe(0);
  expect(outcome.stderr.match(/the worker ended \(SIGKILL\) and was started again/g)).toHaveLength(2);
  expect(await repeatable(outcome, disturbed)).toEqual(await repeatable(undisturbed, alone));
});

test('Ctrl-C holds a run and leaves no process behind; it goes on later, on a platform started apart', async () => {
  const workplace = newWorkplace();
  // Long enough to be still at it when the second command has been refused.
  const interrupted = workplace.start([
    'run',
    smoke,
    '--set',
    'grpo.updates=15',
    '--set',
    'evaluation.everyUpdates=15',
  ]);
  await interrupted.printed('update    1/15');
  const below = descendants(interrupted.child.pid as number, '');
  expect(below.length).toBeGreaterThan(2);
  const second = await workplace.start(['run', smoke]).ended;
  expect(second).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is already running in this folder') as string,
  });

  interrupted.child.kill('SIGINT');
  const outcome = await interrupted.ended;
  expect(outcome.code).toBe(130);
  await expect.poll(() => below.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 15_000 }).toEqual([]);

  const runId = /^run (\S+)$/m.exec(outcome.stdout)?.[1] as string;
  const platform = workplace.start(['start', '--no-console']);
  await platform.printed('Ready');
  const resumed = await workplace.start(['resume', runId, '--json']).ended;
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(lastJson<RunDocument>(resumed)).toMatchObject({ runId, updates: 15 });
  platform.child.kill('SIGINT');
  expect((await platform.ended).code).toBe(0);
});
