/** The console that is really served, asked by MLflow's own client and read by Prometheus' own parser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldersOf } from '@queryloop/contracts/folders';
import { parametersOf } from '@queryloop/control/export/tracked-run';
import type { Store } from '@queryloop/store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ConsoleServer, startConsole } from '../../infra/console/launch.ts';
import { freePort } from '../../infra/temporal/free-port.ts';
import { readMetrics, valuesOf } from './openmetrics.ts';
import { runPython } from './python.ts';
import { names, recordTrackedRuns } from './tracked-runs.fixture.ts';

// The pages are built once.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 600_000 });

interface AskedRun {
  id: string;
  name: string;
  status: string;
  start: number;
  end: number | null;
  params: Record<string, string>;
  tags: Record<string, string>;
  metrics: Record<string, number>;
}
interface Found {
  runs: AskedRun[];
  pages: number;
}

const home = mkdtempSync(join(tmpdir(), 'queryloop-ecosystem-'));
let store: Store;
let server: ConsoleServer;
beforeAll(async () => {
  store = await recordTrackedRuns(home);
  const folders = foldersOf({ QUERYLOOP_HOME: home, QUERYLOOP_CACHE_DIR: join(home, 'cache') });
  server = await startConsole({ folders, port: await freePort(), temporalAddress: '127.0.0.1:1' });
});
afterAll(async () => {
  await server?.stop();
  await store?.close();
  rmSync(home, { recursive: true, force: true });
});

const ask = <T extends unknown[]>(...questions: unknown[]): Promise<T> =>
  runPython<T>('ask-mlflow.py', [server.url, JSON.stringify(questions)]);
const idsOf = ({ runs }: Found): string[] => runs.map(({ id }) => id);

test('experiments, runs and every point of a metric', async () => {
  const [all, first, tracked, none] = await ask<
    [
      { experiments: { id: string; name: string }[] },
      { experiments: { name: string }[]; pages: number },
      { id: string; name: string },
      null,
    ]
  >(
    ['search_experiments'],
    ['search_experiments', { filter_string: "name LIKE 't%'", order_by: ['name DESC'], max_results: 1 }],
    ['experiment_by_name', 'tracked'],
    ['experiment_by_name', 'none'],
  );
  expect(all.experiments.map(({ name }) => name).sort()).toEqual(['tracked', 'tried']);
  expect(first).toMatchObject({ experiments: [{ name: 'tried' }, { name: 'tracked' }], pages: 2 });
  expect(none).toBeNull();

  const metrics = ['reward', 'rewards/accuracy/mean', 'dev/ems'];
  const [same, found, run, ...histories] = await ask<[object, Found, AskedRun, ...[number, number, number][][]]>(
    ['experiment', tracked.id],
    ['search_runs', [tracked.id], { order_by: ['attributes.start_time ASC'], max_results: 2 }],
    ['run', names.finished],
    ...metrics.map((metric) => ['history', names.finished, metric]),
  );
  expect(same).toMatchObject({ name: 'tracked' });
  expect(found.pages).toBe(2);
  expect(idsOf(found)).toEqual([names.finished, names.unfinished, names.failed]);
  const stored = await store.runs.get(names.finished);
  expect(run).toEqual(found.runs[0]);
  expect(run).toMatchObject({
    name: names.finished,
    status: 'FINISHED',
    start: stored?.createdAt.getTime(),
    end: stored?.finishedAt?.getTime(),
    params: parametersOf(stored?.config as NonNullable<typeof stored>['config']),
    tags: { 'queryloop.tags': 'kept', 'mlflow.note.content': 'The one for the paper: 100 % "real".' },
  });
  expect(JSON.stringify(found)).not.toContain('hunter2');
  const times = await store.steps.doneAt(names.finished);
  for (const [i, metric] of metrics.entries()) {
    const [series] = await store.series.read([names.finished], [metric]);
    expect(histories[i]?.map(([step, value]) => [step, value])).toEqual(
      series?.updates.map((update, p) => [update, series.values[p]]),
    );
    expect(run.metrics[metric]).toBe(series?.values.at(-1));
    for (const [step, , at] of histories[i] ?? []) if (times.has(step)) expect(at).toBe(times.get(step)?.getTime());
  }
});

test('filters and orders of runs', async () => {
  const [tried, tracked] = await ask<[{ id: string }, { id: string }]>(
    ['experiment_by_name', 'tried'],
    ['experiment_by_name', 'tracked'],
  );
  const all = [tried.id, tracked.id];
  const cases: [filter: string, ids: string[]][] = [
    ['metrics.`dev/accuracy` > 0.5', ['tracked-s1', 'tried-1']],
    ['metrics.`dev/accuracy` > 0.5 and metrics.`dev/accuracy` < 1', ['tried-1']],
    ["attributes.status = 'FINISHED'", ['tracked-s1']],
    ["status != 'RUNNING' AND tags.`queryloop.error` LIKE 'disk%'", ['tracked-s3']],
    ["params.`grpo.optimizer.learningRate` = '0.0001'", ['tried-0']],
    ["tags.\"queryloop.sweep_id\" = 'sweep-tried' AND attributes.run_name ILIKE '%-1'", ['tried-1']],
    ["attributes.run_id IN ('tried-0', 'tracked-s2')", ['tracked-s2', 'tried-0']],
    ["run_name NOT LIKE 'tracked%'", ['tried-0', 'tried-1']],
    ['metrics.nothing > 0', []],
  ];
  const answers = await ask<Found[]>(
    ...cases.map(([filter]) => ['search_runs', all, { filter_string: filter, order_by: ['attributes.run_id'] }]),
  );
  expect(answers.map(idsOf)).toEqual(cases.map(([, ids]) => ids));

  const [best, none, deleted] = await ask<[Found, Found, { error: string; message: string }]>(
    ['search_runs', all, { order_by: ['metrics.`dev/accuracy` DESC', 'start_time ASC'] }],
    ['search_runs', ['1']],
    ['search_runs', all, { filter_string: "status = 'FINISHED' OR 1" }],
  );
  expect(idsOf(best).slice(0, 3)).toEqual(['tracked-s1', 'tried-1', 'tried-0']);
  expect(none.runs).toEqual([]);
  expect(deleted).toMatchObject({ error: 'INVALID_PARAMETER_VALUE' });
  expect(deleted.message).toContain('the filter is not understood');
});

test('what is not there, and what would change something', async () => {
  expect(
    await ask(
      ['run', 'none'],
      ['experiment', '1'],
      ['history', 'none', 'reward'],
      ['create_run', '1'],
      ['set_tag', names.failed],
      ['log_metric', names.failed],
      ['delete_run', names.failed],
      ['models'],
    ),
  ).toMatchObject([
    { error: 'RESOURCE_DOES_NOT_EXIST' },
    { error: 'RESOURCE_DOES_NOT_EXIST' },
    { error: 'RESOURCE_DOES_NOT_EXIST' },
    ...Array.from({ length: 4 }, () => ({ error: 'PERMISSION_DENIED' })),
    { error: 'ENDPOINT_NOT_FOUND' },
  ]);
  for (const body of ['{', '[]', '{"max_results": 0}', '{"page_token": "x"}', '{"order_by": ["a b c"]}']) {
    const answer = await fetch(`${server.url}/api/2.0/mlflow/runs/search`, { method: 'POST', body });
    expect([body, answer.status, ((await answer.json()) as { error_code: string }).error_code]).toEqual([
      body,
      400,
      'INVALID_PARAMETER_VALUE',
    ]);
  }
});

test('runs by status and the API’s answers, as OpenMetrics', async () => {
  await fetch(`${server.url}/api/v1/runs`);
  await fetch(`${server.url}/api/v1/runs/none`);
  const families = await readMetrics(`${server.url}/metrics`);
  expect(valuesOf(families, 'queryloop_runs')).toMatchObject({
    '{"status":"running"}': 3,
    '{"status":"finished"}': 1,
    '{"status":"failed"}': 1,
    '{"status":"paused"}': 0,
  });
  expect(families['queryloop_api_requests']?.type).toBe('counter');
  expect(valuesOf(families, 'queryloop_api_requests', 'queryloop_api_requests_total')).toMatchObject({
    '{"method":"GET","route":"/api/v1/runs","status":"200"}': 1,
    '{"method":"GET","route":"/api/v1/runs/:id","status":"404"}': 1,
  });
  expect(valuesOf(families, 'queryloop_live_clients')).toEqual({ '{}': 0 });
  expect(families['process_cpu_seconds']?.type).toBe('counter');
});
