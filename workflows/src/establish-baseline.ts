/** The first phases of a run: the data, the base policy, and its scores before any update. */
import type { EvaluatePolicyOutput, PhaseSeconds, PolicyState, SplitName, TrainingState } from '@queryloop/contracts';
import { evaluationInput, type RunContext, timed } from './run-context.ts';
import { cpuSteps, policySteps } from './step-proxies.ts';

export async function establishBaseline(context: RunContext): Promise<TrainingState> {
  const { runId, config, steps } = context;
  const startedAtMs = Date.now();
  const seconds: PhaseSeconds = { prepare: 0, warmStart: 0, baseline: 0, train: 0, evaluate: 0, total: 0 };
  await cpuSteps.startRun({ runId, config });

  const prepared = await timed(seconds, 'prepare', () =>
    steps.run(() => cpuSteps.prepareDataset({ dataset: config.dataset, database: config.database })),
  );
  const { dataset } = prepared;
  await cpuSteps.recordDataset({ runId, prepared });

  context.phase = 'warmStart';
  const { policy: shape, warmStart, seed, threads } = config;
  const { checkpoint, metrics } = await timed(seconds, 'warmStart', () =>
    steps.run(() => policySteps.warmStart({ dataset, policy: shape, warmStart, seed, threads })),
  );
  // Answers no query can give stay in the data; how many there are belongs to the run's record.
  const outside = Object.entries(prepared.outsideData ?? {}).map(([split, count]) => [
    `dataset/${split}/outside_data`,
    count,
  ]);
  const known = { ...metrics, ...Object.fromEntries(outside) };
  await cpuSteps.recordMetrics({ runId, update: 0, metrics: known, scored: null, checkpoint });

  context.phase = 'baseline';
  const policy: PolicyState = { base: checkpoint, snapshot: checkpoint, update: 0, replay: [] };
  const evaluate = async (split: SplitName): Promise<EvaluatePolicyOutput> => {
    const evaluation = await timed(seconds, 'baseline', () =>
      steps.run(() => policySteps.evaluatePolicy(evaluationInput(config, dataset, split, policy))),
    );
    await cpuSteps.recordEvaluation({ runId, update: 0, split, ...evaluation });
    return evaluation;
  };
  const dev = await evaluate('dev');
  const test = await evaluate('test');

  const { accuracy, errorRate } = dev.scores;
  return {
    startedAtMs,
    seconds,
    prepared,
    base: { policy, dev: dev.scores, test: test.scores, predictions: test.predictions },
    policy,
    previous: null,
    best: null,
    dev: [{ update: 0, accuracy, errorRate }],
    recent: [],
  };
}
