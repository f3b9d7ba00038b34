/**
 * Histories of real executions, replayed against the present workflows: a change that would break running workflows fails here.
 * docs/workflow-versioning.md says what to do then.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { beforeAll, expect, test, vi } from 'vitest';
import { type History, parseHistory } from './history-file.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = fileURLToPath(new URL('./histories/', import.meta.url));
const names = readdirSync(folder).map((name) => name.replace('.json', ''));
const read = (name: string): History => parseHistory(readFileSync(`${folder}${name}.json`, 'utf8'));

let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
  const workflowsPath = fileURLToPath(import.meta.resolve('@queryloop/workflows'));
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
});

/** Replays histories and gives why each failed, null when it did not. */
async function replay(bundle: { code: string }, which: string[]): Promise<Record<string, string | null>> {
  const histories = which.map((name) => ({ workflowId: name, history: read(name) }));
  const outcomes: Record<string, string | null> = {};
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: bundle }, histories))
    outcomes[workflowId] = error?.message ?? null;
  return outcomes;
}

test('every recorded history is replayed by the present workflows', async () => {
  expect(names.length).toBeGreaterThan(0);
  expect(await replay(workflowBundle, names)).toEqual(Object.fromEntries(names.map((name) => [name, null])));
});

test('the recorded histories hold what they are recorded for', () => {
  const textOf = (name: string): string => readFileSync(`${folder}${name}.json`, 'utf8');
  const eventsOf = (name: string): string[] => {
    const { events } = JSON.parse(textOf(name)) as { events: { eventType: string }[] };
    return events.map(({ eventType }) => eventType.replace('EVENT_TYPE_', ''));
  };
  expect(eventsOf('continued-as-new-1').at(-1)).toBe('WORKFLOW_EXECUTION_CONTINUED_AS_NEW');
  expect(eventsOf('continued-as-new-2')).toContain('WORKFLOW_EXECUTION_STARTED');
  expect(eventsOf('paused-and-retried-1')).toEqual(
    expect.arrayContaining([
      'WORKFLOW_EXECUTION_UPDATE_COMPLETED',
      'WORKFLOW_EXECUTION_SIGNALED',
      'ACTIVITY_TASK_CANCEL_REQUESTED',
    ]) as string[],
  );
  expect(eventsOf('failed-and-resumed-1').at(-1)).toBe('WORKFLOW_EXECUTION_FAILED');
  expect(eventsOf('failed-and-resumed-2').at(-1)).toBe('WORKFLOW_EXECUTION_COMPLETED');
  expect(eventsOf('cancelled-1').at(-1)).toBe('WORKFLOW_EXECUTION_CANCELED');
  expect(eventsOf('rescored-over-executions-1').at(-1)).toBe('WORKFLOW_EXECUTION_CONTINUED_AS_NEW');
  expect(textOf('evaluated-and-recovered-1')).toMatch(/"findProducer"[\s\S]*"mergeEvaluations"/);
  expect(eventsOf('sweep-halving-1')).toEqual(
    expect.arrayContaining(['CHILD_WORKFLOW_EXECUTION_COMPLETED', 'CHILD_WORKFLOW_EXECUTION_FAILED']) as string[],
  );
});

test('steps in another order are caught', async () => {
  const other = { policySteps: ['generateRollout', 'updatePolicy'], recordSteps: ['startSweep', 'finishSweep'] };
  let { code } = workflowBundle;
  for (const [proxy, [one, two]] of Object.entries(other)) {
    const names = new RegExp(`\\b${proxy}\\.(${one}|${two})\\(`, 'g');
    expect(code.match(names)?.length).toBeGreaterThanOrEqual(2);
    code = code.replace(names, (_call, name) => `${proxy}.${name === one ? two : one}(`);
  }
  const outcomes = await replay({ code }, ['continued-as-new-1', 'sharded-1', 'sweep-halving-1']);
  for (const error of Object.values(outcomes)) expect(error).toMatch(/[Nn]ondeterminism|TMPRL1100/);
});
