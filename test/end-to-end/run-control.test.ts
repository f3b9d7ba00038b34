/** Runs told from a second terminal what to do, while `queryloop start` serves: pause, resume, cancel, branch, clone, status, and a dry run. */
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { descendants, lastJson, type Outcome, openWorkplace } from '../command-line.ts';

vi.setConfig({ testTimeout: 300_000 });

const smoke = fileURLToPath(new URL('../../experiments/smoke.yaml', import.meta.url));
const settings = [
  'warmStart.steps=10',
  'grpo.updates=8',
  'evaluation.everyUpdates=4',
  'checkpoints.everyUpdates=2',
  'checkpoints.keepLast=9',
];
const small = [smoke, ...settings.flatMap((setting) => ['--set', setting])];

const workplace = openWorkplace();
const queryloop = (...args: string[]): Promise<Outcome> => workplace.start(args).ended;
let platform: ReturnType<typeof workplace.start>;
beforeAll(async () => {
  platform = workplace.start(['start', '--no-console']);
  await platform.printed('Ready');
});
afterAll(async () => {
  platform.child.kill('SIGINT');
  await platform.ended;
  workplace.remove();
});

interface RunDocument {
  runId: string;
  updates: number;
  checkpoint: string;
  checkpointHash: string;
}
interface StatusDocument {
  status: string;
  update: number;
  error: string | null;
  parent: { runId: string; update: number } | null;
  changes: { update: number; field: string; from: unknown; to: unknown }[];
  now: { paused: boolean } | null;
}
const statusOf = async (runId: string): Promise<StatusDocument> =>
  lastJson<StatusDocument>(await queryloop('status', runId, '--json'));

/** Starts a command that follows a run; its id once it is printed. */
async function follow(...args: string[]) {
  const command = workplace.start([...args, '--json']);
  await command.printed('\nrun ');
  return { command, runId: /^run (\S+)$/m.exec(command.output().stderr)?.[1] as string };
}

let original: RunDocument;

test('a run is held and goes on; its result is shown again', async () => {
  const { command, runId } = await follow('run', ...small);
  await command.printed('update    1/8');
  expect(await queryloop('pause', runId)).toMatchObject({
    code: 0,
    stdout: `run ${runId} is held; go on with: queryloop resume ${runId}\n`,
  });
  expect(await queryloop('pause', runId)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`run ${runId} is paused already`) as string,
  });
  expect(await statusOf(runId)).toMatchObject({ status: 'paused', now: { paused: true } });
  await command.printed(`held; it goes on with: queryloop resume ${runId}`);

  const watched = workplace.start(['status', runId, '--watch', '--json']);
  const resumed = await queryloop('resume', runId, '--json');
  expect(resumed.code, resumed.stderr).toBe(0);
  original = lastJson<RunDocument>(resumed);
  expect(original).toMatchObject({ runId, updates: 8 });
  expect(lastJson<RunDocument>(await command.ended)).toMatchObject({ checkpointHash: original.checkpointHash });
  expect(lastJson<StatusDocument>(await watched.ended)).toMatchObject({ status: 'finished', update: 8 });

  expect(lastJson<RunDocument>(await queryloop('resume', runId, '--json'))).toMatchObject({
    checkpointHash: original.checkpointHash,
  });
  expect(await queryloop('pause', runId)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is finished already') as string,
  });
  expect((await queryloop('status')).stdout).toMatch(new RegExp(`^${runId} +smoke +1 +finished +8/8`, 'm'));
});

test('a dry run finds everything cached, and tells the time of what is not', async () => {
  expect(lastJson(await queryloop('run', ...small, '--dry-run', '--json'))).toMatchObject({
    updates: 8,
    updatesCached: 8,
    estimatedSeconds: 0,
  });
  const other = lastJson<{ updatesCached: number; estimatedSeconds: number }>(
    await queryloop('run', ...small, '--seed', '2', '--dry-run', '--json'),
  );
  expect(other.updatesCached).toBe(0);
  expect(other.estimatedSeconds).toBeGreaterThan(1);
});

test('a clone with another learning rate is cancelled, and resumed with settings that are recorded', async () => {
  const { command, runId } = await follow('clone', original.runId, '--set', 'grpo.optimizer.learningRate=1e-3');
  await command.printed('update    2/8');
  const cancelled = await queryloop('cancel', runId);
  expect(cancelled).toMatchObject({ code: 0, stdout: expect.stringContaining(`run ${runId} is cancelled`) as string });
  expect(await command.ended).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`queryloop resume ${runId}`) as string,
  });
  expect(await statusOf(runId)).toMatchObject({ status: 'cancelled' });

  expect(await queryloop('resume', runId, '--set', 'seed=2')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`queryloop clone ${runId} --set seed=2`) as string,
  });
  const changes = ['--set', 'grpo.updates=9', '--set', 'grpo.optimizer.learningRate=1e-4'];
  const resumed = await queryloop('resume', runId, ...changes, '--json');
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(lastJson<RunDocument>(resumed)).toMatchObject({ runId, updates: 9 });
  const after = await statusOf(runId);
  expect(after.changes.map(({ field, from, to }) => [field, from, to])).toEqual([
    ['grpo.updates', 8, 9],
    ['grpo.optimizer.learningRate', 1e-3, 1e-4],
  ]);
  expect(after.changes[0]?.update).toBeGreaterThanOrEqual(2);
});

test('a finished run goes on with more updates', async () => {
  const more = await queryloop('resume', original.runId, '--set', 'grpo.updates=9', '--json');
  expect(more.code, more.stderr).toBe(0);
  expect(lastJson<RunDocument>(more)).toMatchObject({ runId: original.runId, updates: 9 });
});

test('a branch shares the prefix and computes only what comes after', async () => {
  expect(await queryloop('branch', original.runId, '--at', '99')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has got to update 9') as string,
  });
  const change = ['--set', 'grpo.entropyCoefficient=0.01', '--set', 'grpo.updates=6'];
  const outcome = await queryloop('branch', original.runId, '--at', '4', ...change, '--json');
  expect(outcome.code, outcome.stderr).toBe(0);
  expect(outcome.stderr).not.toContain('warm start …');
  const { runId, updates } = lastJson<RunDocument>(outcome);
  expect(updates).toBe(6);
  expect(await statusOf(runId)).toMatchObject({ status: 'finished', parent: { runId: original.runId, update: 4 } });
});

test('a run gets seeds that it has not had, tags and notes, and tells of them', async () => {
  const seeded = await queryloop('seeds', original.runId, '--add', '1,4', '--json');
  expect(seeded.code, seeded.stderr).toBe(0);
  const { runs, existing } = lastJson<{ runs: { runId: string; status: string }[]; existing: object[] }>(seeded);
  expect(existing).toMatchObject([{ seed: 1, runId: original.runId, status: 'finished' }]);
  expect(runs).toMatchObject([{ seed: 4, status: 'finished', error: null }]);
  expect((await statusOf(runs[0]?.runId as string)).status).toBe('finished');

  expect(lastJson(await queryloop('tag', original.runId, 'kept', 'paper', '--json'))).toEqual({
    runId: original.runId,
    tags: ['kept', 'paper'],
  });
  await queryloop('tag', original.runId, 'paper', '--remove');
  const noted = await queryloop('note', original.runId, 'best so far', '--json');
  const { notes } = lastJson<{ notes: { id: string }[] }>(noted);
  expect(await statusOf(original.runId)).toMatchObject({ tags: ['kept'], notes: [{ text: 'best so far' }] });
  expect((await queryloop('note', original.runId)).stdout).toMatch(/^\S+ {2}\S+ {2}best so far$/m);
  expect(await queryloop('note', original.runId, '--remove', notes[0]?.id as string)).toMatchObject({ code: 0 });
  expect(await statusOf(original.runId)).toMatchObject({ notes: [] });
});

test('a step that cannot be done fails the run with what to do; after the fix the run goes on', async () => {
  const folder = join(workplace.folder, 'policy');
  const { command, runId } = await follow(
    'run',
    ...small,
    '--set',
    `policy.folder=${folder}`,
    '--set',
    'grpo.updates=1',
  );
  const failed = await command.ended;
  expect(failed.code).toBe(2);
  expect(failed.stderr).toContain('step warmStart failed');
  expect(failed.stderr).toContain(`queryloop resume ${runId}`);
  expect(await statusOf(runId)).toMatchObject({
    status: 'failed',
    error: expect.stringContaining(folder) as string,
  });
  cpSync(original.checkpoint, folder, { recursive: true });
  const resumed = await queryloop('resume', runId, '--json');
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(lastJson<RunDocument>(resumed)).toMatchObject({ runId, updates: 1 });
});

test('after everything was killed, start goes on with the run by itself', async () => {
  const { command, runId } = await follow('clone', original.runId, '--seed', '3');
  await command.printed('update    1/');
  const below = descendants(platform.child.pid as number, '');
  expect(below.length).toBeGreaterThan(2);
  // A worker that is stopped does not notice that its parent has gone.
  for (const pid of descendants(platform.child.pid as number, 'apps/worker/src/main.ts')) process.kill(pid, 'SIGSTOP');
  platform.child.kill('SIGKILL');
  expect(await command.ended).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Go on with: queryloop resume ${runId}`) as string,
  });

  platform = workplace.start(['start', '--no-console']);
  await platform.printed('Ready');
  await expect.poll(() => below.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 15_000 }).toEqual([]);
  const watched = await queryloop('status', runId, '--watch', '--json');
  expect(lastJson<StatusDocument>(watched)).toMatchObject({ status: 'finished' });
});
