/**
 * Records the histories that the replay tests replay: `node test/replay/record.ts [scenario…]`, when docs/workflow-versioning.md
 * says so; without a scenario, all of them.
 * Each scenario runs on a real server with tiny steps; all executions of its workflow are kept, as the server tells them.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnalysisInput, AuditUpdatesInput, EvaluatePolicyInput, GenerateRolloutInput } from '@queryloop/contracts';
import {
  AuditSettings,
  basePolicy,
  ExperimentConfig,
  onSplit,
  RescoreSettings,
  SweepConfig,
} from '@queryloop/contracts';
import { ApplicationFailure } from '@temporalio/common';
import { startDevServer } from '../workflow/dev-server.ts';
import { openHarness } from '../workflow/harness.ts';
import { tinyAnalysisSteps } from '../workflow/tiny-analysis-steps.ts';
import { tinySteps } from '../workflow/tiny-steps.ts';
import { historyText } from './history-file.ts';

const folder = fileURLToPath(new URL('./histories/', import.meta.url));
/** Real runs continue as new after some thousand events; so few keep the files small. */
const eventsPerExecution = 110;

const harness = await openHarness(
  await startDevServer({ 'limit.historyCount.suggestContinueAsNew': eventsPerExecution }),
);
const { client } = harness;
const config = { grpo: { updates: 2 }, evaluation: { everyUpdates: 2 } };
const slowly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

/** By scenario, which is also the workflow's id. */
const scenarios: Record<string, (runId: string) => Promise<unknown>> = {
  'continued-as-new': (runId) =>
    harness.run(runId, tinySteps().steps, { ...config, grpo: { updates: 6 }, checkpoints: { everyUpdates: 3 } }),

  'paused-and-retried': async (runId) => {
    let failures = 1;
    const world = tinySteps({
      before: async (step) => {
        if (step === 'scoreCompletions' && failures-- > 0) throw new Error('lost connection');
        await slowly();
      },
    });
    const handle = await harness.start(runId, world.steps, config);
    while (world.log.inputsOf('generateRollout').length === 0) await slowly();
    await handle.executeUpdate('pause');
    await handle.executeUpdate('resume');
    while (world.log.inputsOf('updatePolicy').length === 0) await slowly();
    await handle.signal('pause');
    await slowly();
    await handle.signal('resume');
    await handle.result();
  },

  'failed-and-resumed': async (runId) => {
    let broken = true;
    const world = tinySteps({
      before: async (step, input) => {
        if (broken && step === 'generateRollout' && (input as GenerateRolloutInput).update === 2)
          throw ApplicationFailure.create({ message: 'no memory', type: 'UserError' });
      },
    });
    await harness.run(runId, world.steps, config).catch(() => undefined);
    broken = false;
    const changed = { ...config, grpo: { updates: 3, optimizer: { learningRate: 1e-4 } } };
    await harness.run(runId, world.steps, changed, { from: { runId } });
  },

  cancelled: async (runId) => {
    const world = tinySteps({ before: slowly });
    const handle = await harness.start(runId, world.steps, config);
    while (world.log.inputsOf('generateRollout').length === 0) await slowly();
    await handle.cancel();
    await handle.result().catch(() => undefined);
  },

  'stopped-and-promoted': async (runId) => {
    const world = tinySteps();
    const rungs = { ...config, evaluation: { everyUpdates: 1 } };
    await (await harness.start(runId, world.steps, rungs, { until: 1 })).result();
    await harness.run(runId, world.steps, rungs, { from: { runId } });
  },

  sharded: (runId) =>
    harness.run(runId, tinySteps().steps, { ...config, grpo: { updates: 1, innerIterations: 2 }, shards: 2 }),

  'artifact-recovered': (runId) => {
    let lost = false;
    const world = tinySteps({
      before: async (step, input) => {
        if (lost || step !== 'generateRollout' || (input as GenerateRolloutInput).update !== 2) return;
        lost = true;
        world.artifacts.lose((input as GenerateRolloutInput).policy.base);
      },
    });
    return harness.run(runId, world.steps, config);
  },

  'sweep-halving': async (sweepId) => {
    const world = tinySteps({
      devCorrect: (update, rate) => Math.round(rate * 10_000) + update,
      before: async (step, input) => {
        const { update, grpo } = input as GenerateRolloutInput;
        if (step === 'generateRollout' && update === 2 && grpo.optimizer.learningRate === 2e-3)
          throw ApplicationFailure.create({ message: 'no memory', type: 'UserError' });
      },
    });
    harness.provide(sweepId, world.steps);
    const settings = { name: sweepId, experiment: 'x.yaml', method: 'asha', asha: { minUpdates: 1, reduction: 2 } };
    const trials = [1e-3, 2e-3, 3e-3, 4e-3].map((learningRate, i) => ({
      id: `t${i + 1}`,
      parameters: { 'grpo.optimizer.learningRate': learningRate },
      config: ExperimentConfig.parse({
        grpo: { updates: 2, optimizer: { learningRate } },
        evaluation: { everyUpdates: 1 },
      }),
    }));
    const input = { sweepId, settings: SweepConfig.parse({ ...settings, parallel: 2 }), trials };
    await client.workflow.execute('sweep', { workflowId: sweepId, taskQueue: 'cpu', args: [input] });
  },

  'rescored-over-executions': (analysisId) => {
    const world = tinyAnalysisSteps({ updates: 200, oldUpTo: 1 });
    harness.provide(analysisId, world.steps);
    const settings = RescoreSettings.parse({ reward: {}, scaleRewards: 'batch' });
    return analyse({ analysisId, kind: 'rescore', runId: 'run', settings });
  },

  'audited-and-recovered': (analysisId) => {
    let lost = false;
    const world = tinyAnalysisSteps({
      updates: 20,
      before: async (step, input) => {
        if (lost || step !== 'auditUpdates') return;
        lost = true;
        world.artifacts.lose((input as AuditUpdatesInput).perturbed.copies);
      },
    });
    harness.provide(analysisId, world.steps);
    return analyse({ analysisId, kind: 'audit', runId: 'run', settings: AuditSettings.parse({}) });
  },

  replayed: (analysisId) => {
    harness.provide(analysisId, tinyAnalysisSteps().steps);
    return analyse({ analysisId, kind: 'replay', runId: 'run', settings: { update: 3 } });
  },

  'evaluated-and-recovered': (analysisId) => {
    let lost = false;
    const world = tinyAnalysisSteps({
      before: async (step, input) => {
        if (lost || step !== 'evaluatePolicy') return;
        lost = true;
        world.artifacts.lose((input as EvaluatePolicyInput).dataset);
      },
    });
    harness.provide(analysisId, world.steps);
    const base = basePolicy({ kind: 'checkpoint', hash: '0'.repeat(64), bytes: 1 });
    const config = onSplit(ExperimentConfig.parse({ shards: 2 }), 'Easy');
    const evaluated = { config, base, final: { ...base, update: 2 } };
    return analyse({ analysisId, kind: 'evaluate', runId: 'run', settings: { split: 'Easy' }, evaluated });
  },
};

function analyse(input: AnalysisInput): Promise<unknown> {
  return client.workflow.execute('analysis', { workflowId: input.analysisId, taskQueue: 'cpu', args: [input] });
}

const chosen = process.argv.slice(2);
const isChosen = (id: string): boolean => chosen.length === 0 || chosen.includes(id);

mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (isChosen(name.replace(/-\d+\.json$/, ''))) rmSync(`${folder}${name}`);
try {
  for (const [id, record] of Object.entries(scenarios)) {
    if (!isChosen(id)) continue;
    await record(id);
    const executions = [];
    for await (const { runId, startTime } of client.workflow.list({ query: `WorkflowId = "${id}"` }))
      executions.push({ runId, startTime });
    executions.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
    for (const [index, { runId }] of executions.entries()) {
      const history = await client.workflow.getHandle(id, runId).fetchHistory();
      writeFileSync(`${folder}${id}-${index + 1}.json`, historyText(history));
    }
    console.log(`${id}: ${executions.length} executions`);
  }
} finally {
  await harness.stop();
}
