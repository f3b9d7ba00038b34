/** The experiment workflow on a real Temporal server: order of its steps, choice of the policy, retries, bounded history. */

import type {
  FinishRunInput,
  GenerateRolloutInput,
  RecordMetricsInput,
  RunProgress,
  UpdatePolicyInput,
} from '@queryloop/contracts';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Harness, openHarness } from './harness.ts';
import { tinySteps } from './tiny-steps.ts';

vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
}, 60_000);
afterAll(() => harness.stop());

const config = { grpo: { updates: 6 }, evaluation: { everyUpdates: 3 }, checkpoints: { everyUpdates: 2 } };

describe('a run', () => {
  test('goes through its phases and carries references only', async () => {
    const { steps, log } = tinySteps();
    const result = await harness.run('phases', steps, config);
    expect(log.calls.slice(0, 8).map(({ step }) => step)).toEqual([
      'startRun',
      'prepareDataset',
      'recordDataset',
      'warmStart',
      'recordMetrics',
      'evaluatePolicy',
      'recordEvaluation',
      'evaluatePolicy',
    ]);
    expect(result).toMatchObject({
      dataset: 'tiny',
      updates: 6,
      bestUpdate: 6,
      base: { correct: 50 },
      final: { correct: 56 },
    });
    expect(result.dev.map(({ update }) => update)).toEqual([0, 3, 6]);
    expect(log.inputsOf<RecordMetricsInput>('recordMetrics').map(({ update }) => update)).toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ]);
    // A snapshot at every checkpoint and every evaluated update, so that the replay stays short.
    expect(log.inputsOf<UpdatePolicyInput>('updatePolicy').map(({ snapshot }) => snapshot)).toEqual([
      false,
      true,
      true,
      true,
      false,
      true,
    ]);
    expect(log.inputsOf<GenerateRolloutInput>('generateRollout').map(({ policy }) => policy.replay.length)).toEqual([
      0, 1, 0, 0, 0, 1,
    ]);
    const [first, second] = log.inputsOf<GenerateRolloutInput>('generateRollout');
    expect(first?.previous).toEqual([]);
    expect(second?.previous).toEqual(
      log.inputsOf<RecordMetricsInput>('recordMetrics')[1]?.scored.map(({ rewards }) => rewards),
    );
  });

  test('keeps the later of two policies that are equally good on dev', async () => {
    const { steps } = tinySteps({ devCorrect: (update) => (update >= 6 ? 40 : 70) });
    const better = await harness.run('best', steps, { ...config, grpo: { updates: 9 } });
    expect(better.bestUpdate).toBe(3);
    const equal = tinySteps({ devCorrect: () => 70 });
    expect((await harness.run('tie', equal.steps, config)).bestUpdate).toBe(6);
  });

  test('repeats a step that failed, with the same input', async () => {
    let failures = 2;
    const { steps, log } = tinySteps({
      before: async (step) => {
        if (step === 'scoreCompletions' && failures-- > 0) throw new Error('lost connection');
      },
    });
    const result = await harness.run('retry', steps, { ...config, grpo: { updates: 1 } });
    expect(result.updates).toBe(1);
    const inputs = log.inputsOf('scoreCompletions');
    expect(inputs).toHaveLength(3);
    expect(inputs[2]).toEqual(inputs[0]);
  });

  test('fails at once on a mistake of the user, and records why', async () => {
    const { steps, log } = tinySteps({
      before: async (step) => {
        if (step === 'prepareDataset') {
          const details = [{ hint: 'Name a split that is there.' }];
          throw ApplicationFailure.create({ message: 'no split "x"', type: 'UserError', details });
        }
      },
    });
    await expect(harness.run('mistake', steps, config)).rejects.toThrow();
    expect(log.inputsOf('prepareDataset')).toHaveLength(1);
    expect(log.inputsOf('finishRun')).toEqual([
      {
        runId: 'mistake',
        status: 'failed',
        error:
          'step prepareDataset failed: no split "x"\nName a split that is there.\nOnce that is mended, go on from there with: queryloop resume mistake',
      },
    ]);
  });

  test('gives up on a step that always fails', async () => {
    const { steps, log } = tinySteps({
      before: async (step) => {
        if (step === 'recordMetrics') throw ApplicationFailure.create({ message: 'disk full', nonRetryable: true });
      },
    });
    await expect(harness.run('poisoned', steps, config)).rejects.toThrow();
    expect(log.inputsOf<FinishRunInput>('finishRun')).toMatchObject([
      { status: 'failed', error: expect.stringContaining('step recordMetrics failed: disk full') as string },
    ]);
  });

  test('pauses between steps and goes on from there', async () => {
    const { steps, log } = tinySteps({ before: () => new Promise((resolve) => setTimeout(resolve, 30)) });
    const finished = harness.run('paused', steps, config);
    const handle = harness.client.workflow.getHandle('paused');
    const progress = (): Promise<RunProgress> => handle.query<RunProgress>('progress');
    await expect.poll(async () => (await progress()).update, { timeout: 30_000 }).toBeGreaterThan(0);
    await handle.signal('pause');
    await expect.poll(async () => (await progress()).paused, { timeout: 30_000 }).toBe(true);
    const held = log.calls.filter(({ step }) => step === 'updatePolicy').length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(log.calls.filter(({ step }) => step === 'updatePolicy')).toHaveLength(held);
    await handle.signal('resume');
    expect((await finished).updates).toBe(6);
  });

  test('bounds its history by continuing as new', async () => {
    const { steps, log } = tinySteps();
    const long = { grpo: { updates: 205 }, evaluation: { everyUpdates: 50 } };
    const result = await harness.run('long', steps, long, { priority: 2 });
    expect(result).toMatchObject({ updates: 205, bestUpdate: 205 });
    expect(log.inputsOf<UpdatePolicyInput>('updatePolicy').map(({ update }) => update)).toEqual(
      Array.from({ length: 205 }, (_, i) => i + 1),
    );
    const executions = [];
    for await (const execution of harness.client.workflow.list({ query: 'WorkflowId = "long"' }))
      executions.push(execution);
    expect(executions).toHaveLength(3);
    for (const { historyLength } of executions) expect(historyLength).toBeLessThan(4_000);
    for (const { runId } of executions) {
      const { raw } = await harness.client.workflow.getHandle('long', runId).describe();
      expect(raw.workflowExecutionInfo?.priority?.priorityKey).toBe(2);
    }
  }, 180_000);
});
