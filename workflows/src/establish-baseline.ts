/** The first phases of a run: the data, the base policy, and its scores before any update. */
import type { EvaluatePolicyOutput, PhaseSeconds, SplitName, TrainingState } from '@queryloop/contracts';
import { basePolicy, prepareDatasetInput, warmStartInput } from '@queryloop/contracts/step-inputs';
import { evaluate, recordEvaluation } from './evaluate.ts';
import { type RunContext, timed } from './run-context.ts';
import { dataSteps, policySteps, recordSteps } from './step-proxies.ts';

export async function establishBaseline(context: RunContext): Promise<TrainingState> {
  const { runId, config, compute, record } = context;
  const startedAtMs = Date.now();
  const seconds: PhaseSeconds = { prepare: 0, warmStart: 0, baseline: 0, train: 0, evaluate: 0, total: 0 };

  const prepared = await timed(seconds, 'prepare', () =>
    compute(() => dataSteps.prepareDataset(prepareDatasetInput(config))),
  );
  const { dataset } = prepared;
  await record(() => recordSteps.recordDataset({ runId, prepared }));

  context.phase = 'warmStart';
  const { checkpoint, metrics } = await timed(seconds, 'warmStart', () =>
    compute(() => policySteps.warmStart(warmStartInput(config, dataset))),
  );
  // Answers no query can give stay in the data; how many there are belongs to the run's record.
  const outside = Object.entries(prepared.outsideData ?? {}).map(([split, count]) => [
    `dataset/${split}/outside_data`,
    count,
  ]);
  const known = { ...metrics, ...Object.fromEntries(outside) };
  await record(() =>
    recordSteps.recordMetrics({ runId, update: 0, metrics: known, scored: [], gradients: [], checkpoint }),
  );

  context.phase = 'baseline';
  const policy = basePolicy(checkpoint);
  const scoreBase = async (split: SplitName): Promise<EvaluatePolicyOutput> => {
    const evaluation = await timed(seconds, 'baseline', () => evaluate(context, dataset, split, policy));
    await recordEvaluation(context, 0, split, evaluation);
    return evaluation;
  };
  const dev = await scoreBase('dev');
  const test = await scoreBase('test');

  const { accuracy, errorRate } = dev.scores;
  return {
    startedAtMs,
    seconds,
    prepared,
    base: { policy, dev: dev.scores, test: test.scores, predictions: test.predictions },
    policy,
    previous: [],
    tokens: 0,
    best: null,
    dev: [{ update: 0, accuracy, errorRate }],
    recent: [],
  };
}
