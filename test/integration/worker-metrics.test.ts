/** The metrics of the worker that `queryloop start` runs, while it does a real short run twice. */

import { fileURLToPath } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';
import { lastJson, openWorkplace } from '../command-line.ts';
import { readMetrics, valuesOf } from './openmetrics.ts';

vi.setConfig({ testTimeout: 300_000 });

const smoke = fileURLToPath(new URL('../../experiments/smoke.yaml', import.meta.url));
const small = ['dataset.name=built-in-world', 'warmStart.steps=2', 'grpo.updates=2', 'rollout.promptsPerUpdate=4'];
const set = small.flatMap((value) => ['--set', value]);

const workplace = openWorkplace();
const platform = workplace.start(['start', '--no-console']);
afterAll(async () => {
  platform.child.kill('SIGINT');
  await platform.ended;
  workplace.remove();
});

test('steps, queries, policies in memory and what Temporal counts, as OpenMetrics', async () => {
  await platform.printed('Ready:');
  const url = /Metrics of the worker at (\S+)/.exec(platform.output().stdout)?.[1] ?? '';
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  const before = await readMetrics(url);
  expect(before['queryloop_steps']?.samples).toEqual([]);

  const run = await workplace.start(['run', smoke, ...set, '--json']).ended;
  expect(run.code).toBe(0);
  const families = await readMetrics(url);
  expect(families['queryloop_steps']?.type).toBe('counter');
  const steps = valuesOf(families, 'queryloop_steps', 'queryloop_steps_total');
  expect(steps).toMatchObject({
    '{"step":"generateRollout","result":"done"}': 2,
    '{"step":"updatePolicy","result":"done"}': 2,
    '{"step":"finishRun","result":"done"}': 1,
  });
  expect(families['queryloop_step_seconds']?.type).toBe('histogram');
  expect(valuesOf(families, 'queryloop_step_seconds', 'queryloop_step_seconds_count')).toMatchObject({
    '{"step":"updatePolicy"}': 2,
  });
  const queries = Object.values(valuesOf(families, 'queryloop_queries', 'queryloop_queries_total'));
  expect(queries.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  expect(queries.every(Number.isInteger)).toBe(true);
  expect(valuesOf(families, 'queryloop_resident_policies')['{}']).toBeGreaterThan(0);
  expect(valuesOf(families, 'queryloop_resident_policy_bytes')['{}']).toBeGreaterThan(1e5);
  expect(valuesOf(families, 'queryloop_policy_processes')).toEqual({ '{"state":"busy"}': 0, '{"state":"idle"}': 1 });
  expect(families['process_cpu_seconds']?.type).toBe('counter');
  expect(families['temporal_request']?.type).toBe('counter');
  expect(families['temporal_activity_execution_latency_seconds']?.type).toBe('histogram');

  const { runId } = lastJson<{ runId: string }>(run);
  expect((await workplace.start(['clone', runId, '--json']).ended).code).toBe(0);
  const after = valuesOf(await readMetrics(url), 'queryloop_steps', 'queryloop_steps_total');
  expect(after['{"step":"updatePolicy","result":"done"}']).toBe(2);
  expect(after['{"step":"updatePolicy","result":"reused"}']).toBe(2);

  expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(404);
});
