/** `queryloop export --mlflow`: pushed to a real MLflow server and read back with its own client. */
import { join } from 'node:path';
import { hiddenPassword } from '@queryloop/contracts';
import { parametersOf } from '@queryloop/control/export/tracked-run';
import type { Store } from '@queryloop/store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePort } from '../../infra/temporal/free-port.ts';
import { lastJson, openWorkplace } from '../command-line.ts';
import { type MlflowTestServer, startMlflow } from './mlflow-server.ts';
import { runPython } from './python.ts';
import { names, recordPoints, recordTrackedRuns } from './tracked-runs.fixture.ts';

interface RemoteRun {
  id: string;
  name: string;
  status: string;
  start: number;
  end: number | null;
  params: Record<string, string>;
  tags: Record<string, string>;
  metrics: Record<string, number>;
}
interface Pushed {
  runId: string;
  mlflowRunId: string;
  created: boolean;
  points: number;
  files: number;
  notes: string[];
}

// Every request is signed in anew, which the server makes costly on purpose.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

const workplace = openWorkplace();
let store: Store;
let server: MlflowTestServer;
beforeAll(async () => {
  store = await recordTrackedRuns(join(workplace.folder, '.queryloop'));
  server = await startMlflow();
});
afterAll(async () => {
  await server?.stop();
  await store?.close();
  workplace.remove();
});

const push = (...ids: string[]) =>
  workplace.start(['export', ...ids, '--mlflow', server.address, '--json'], server.credentials).ended;
const ask = <T extends unknown[]>(...questions: unknown[]): Promise<T> =>
  runPython<T>('ask-mlflow.py', [server.address, JSON.stringify(questions)], { environment: server.credentials });
const byName = (runs: RemoteRun[]) => Object.fromEntries(runs.map((run) => [run.name, run]));

test('a push holds every point, setting, tag and prediction; a second one adds only what is new', async () => {
  const first = await push(names.finished, names.unfinished, names.failed);
  expect(first).toMatchObject({ code: 0 });
  const { runs } = lastJson<{ runs: Pushed[] }>(first);
  expect(runs.map(({ runId, created, points, files }) => [runId, created, points, files])).toEqual([
    [names.finished, true, 1200 * 2 + 2 * 4, 3],
    [names.unfinished, true, 10, 1],
    [names.failed, true, 0, 1],
  ]);
  await recordPoints(store, names.unfinished, 6, 8);
  await store.notes.tag(names.unfinished, 'slow');
  const second = lastJson<{ runs: Pushed[] }>(await push(names.finished, names.unfinished));
  expect(second.runs.map(({ created, points, files, notes }) => [created, points, files, notes])).toEqual([
    [false, 0, 1, []],
    [false, 6, 1, []],
  ]);
  expect(second.runs[0]?.mlflowRunId).toBe(runs[0]?.mlflowRunId);

  const [{ id: experiment }] = await ask<[{ id: string }]>(['experiment_by_name', 'tracked']);
  const histories = [names.finished, names.unfinished].flatMap((name, i) =>
    ['reward', 'rewards/accuracy/mean', 'dev/ems'].map((metric) => ({ name, metric, id: runs[i]?.mlflowRunId })),
  );
  const [found, files, config, predictions, ...points] = await ask<
    [{ runs: RemoteRun[] }, string[], string, string, ...[number, number, number][][]]
  >(
    ['search_runs', [experiment]],
    ['list', runs[0]?.mlflowRunId, 'predictions'],
    ['artifact', runs[0]?.mlflowRunId, 'config.yaml'],
    ['artifact', runs[0]?.mlflowRunId, 'predictions/01200-dev.jsonl'],
    ...histories.map(({ id, metric }) => ['history', id, metric]),
  );
  for (const [i, { name, metric }] of histories.entries()) {
    const [series] = await store.series.read([name], [metric]);
    const times = await store.steps.doneAt(name);
    const sorted = [...(points[i] ?? [])].sort(([a], [b]) => a - b);
    expect(sorted.map(([step, value]) => [step, value])).toEqual(
      series?.updates.map((update, p) => [update, series.values[p]]) ?? [],
    );
    for (const [step, , at] of sorted) if (times.has(step)) expect(at).toBe(times.get(step)?.getTime());
  }
  const remote = byName(found.runs);
  expect(Object.keys(remote).sort()).toEqual([names.finished, names.unfinished, names.failed].sort());
  const run = await store.runs.get(names.finished);
  expect(remote[names.finished]).toMatchObject({
    status: 'FINISHED',
    start: run?.createdAt.getTime(),
    end: run?.finishedAt?.getTime(),
    params: parametersOf(run?.config as NonNullable<typeof run>['config']),
    tags: {
      'queryloop.run_id': names.finished,
      'queryloop.tags': 'kept',
      'mlflow.note.content': 'The one for the paper: 100 % "real".',
    },
  });
  expect(remote[names.finished]?.params).toMatchObject({
    seed: '1',
    database: `mysql://reader:${hiddenPassword}@db.example:3306/`,
  });
  expect(remote[names.unfinished]).toMatchObject({ status: 'RUNNING', end: null, tags: { 'queryloop.tags': 'slow' } });
  expect(remote[names.failed]).toMatchObject({ status: 'FAILED', tags: { 'queryloop.error': 'disk full' } });
  expect(files.sort()).toEqual(['predictions/00000-dev.jsonl', 'predictions/01200-dev.jsonl']);
  expect(config).toContain('groupSize: 16');
  expect(config).not.toContain('hunter2');
  expect(
    predictions
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { sql: string }).sql),
  ).toEqual(['SELECT 0', 'SELECT 1', 'SELECT 2']);
});

test('runs of a sweep are nested under it, whichever way they are pushed', async () => {
  expect((await push(names.sweep)).code).toBe(0);
  expect((await push('tried-1')).code).toBe(0);
  const [{ id: experiment }] = await ask<[{ id: string }]>(['experiment_by_name', 'tried']);
  const [{ runs }] = await ask<[{ runs: RemoteRun[] }]>(['search_runs', [experiment]]);
  const remote = byName(runs);
  expect(Object.keys(remote).sort()).toEqual([names.sweep, 'tried-0', 'tried-1']);
  for (const child of ['tried-0', 'tried-1'])
    expect(remote[child]?.tags['mlflow.parentRunId']).toBe(remote[names.sweep]?.id);
  expect(remote['tried-1']?.metrics['dev/accuracy']).toBe(2 / 3);
});

test('settings that were changed later are said to be kept there', async () => {
  const run = await store.runs.get('tried-0');
  if (run === null) throw new Error('no run');
  const config = { ...run.config, grpo: { ...run.config.grpo, beta: 0.5 } };
  await store.runs.restart('tried-0', {
    config,
    update: 3,
    changes: [{ field: 'grpo.beta', from: run.config.grpo.beta, to: 0.5 }],
  });
  const outcome = await push('tried-0');
  expect(lastJson<{ runs: Pushed[] }>(outcome).runs[0]?.notes).toEqual([
    'MLflow keeps the first value of grpo.beta; config.yaml there has the present one',
  ]);
});

test('what is wrong is said in words, without credentials', async () => {
  const nobody = await freePort();
  const { MLFLOW_TRACKING_PASSWORD: password } = server.credentials;
  const withPassword = server.address.replace('//', `//admin:${password}@`);
  const cases: [address: string, environment: NodeJS.ProcessEnv, message: string][] = [
    [server.address, {}, 'does not let us in (status 401'],
    [
      server.address,
      { ...server.credentials, MLFLOW_TRACKING_PASSWORD: 'wr0ng-s3cret' },
      'Set MLFLOW_TRACKING_USERNAME',
    ],
    [withPassword.replace(/@.*/, '@127.0.0.1:1'), {}, 'cannot be reached'],
    [`http://127.0.0.1:${nobody}`, server.credentials, 'cannot be reached (ECONNREFUSED)'],
    [`${server.address}/elsewhere`, server.credentials, 'not as an MLflow server does'],
    ['sqlite:///mlflow.db', {}, 'not the http(s) address of a tracking server'],
  ];
  for (const [address, environment, message] of cases) {
    const outcome = await workplace.start(['export', names.failed, '--mlflow', address], environment).ended;
    expect(outcome.stderr).toContain(message);
    expect(outcome.code).toBe(2);
    expect(outcome.stdout + outcome.stderr).not.toMatch(new RegExp(`${password}|wr0ng-s3cret|^\\s+at `, 'm'));
  }
  // Credentials in the address do as well.
  const outcome = await workplace.start(['export', names.failed, '--mlflow', withPassword]).ended;
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
});
