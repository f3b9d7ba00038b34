/** What the console counts about its API and its live clients. */
import { ExperimentConfig } from '@queryloop/contracts';
import { afterAll, expect, test } from 'vitest';
import { consoleMetrics } from '#server/metrics.ts';
import { forget } from '#server/once.ts';
import { store } from '#server/store.ts';
import { openTestConsole } from './console.fixture.ts';

forget('metrics');
const desk = openTestConsole();
afterAll(() => desk.close());

const linesOf = async (metric: string): Promise<string[]> =>
  (await consoleMetrics().registry.metrics()).split('\n').filter((line) => line.startsWith(metric));

test('answers are counted by the pattern of their route and their status', async () => {
  await desk.ask('GET', '/runs');
  await desk.ask('GET', '/runs?limit=none');
  await desk.ask('GET', '/runs/none');
  await desk.ask('GET', '/runs/other');
  await desk.ask('GET', '/nowhere/at/all');
  expect((await linesOf('queryloop_api_requests_total')).sort()).toEqual([
    'queryloop_api_requests_total{method="GET",route="/api/v1/runs",status="200"} 1',
    'queryloop_api_requests_total{method="GET",route="/api/v1/runs",status="400"} 1',
    'queryloop_api_requests_total{method="GET",route="/api/v1/runs/:id",status="404"} 2',
    'queryloop_api_requests_total{method="GET",route="none",status="404"} 1',
  ]);
  expect(await linesOf('queryloop_api_request_seconds_count')).toContain(
    'queryloop_api_request_seconds_count{method="GET",route="/api/v1/runs/:id"} 2',
  );
});

test('live clients are counted for as long as they listen, and runs by their status', async () => {
  const answer = await desk.ask('GET', '/live?runs=*');
  const reader = answer.body?.getReader();
  await reader?.read();
  await expect.poll(() => linesOf('queryloop_live_clients')).toEqual(['queryloop_live_clients 1']);
  await reader?.cancel();
  await expect.poll(() => linesOf('queryloop_live_clients')).toEqual(['queryloop_live_clients 0']);

  await (await store()).runs.create({ id: 'one', config: ExperimentConfig.parse({ name: 'one', seed: 1 }) });
  expect(await linesOf('queryloop_runs{status="running"}')).toEqual(['queryloop_runs{status="running"} 1']);
});
