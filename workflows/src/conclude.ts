/** The last phase of a run: the policy that was best on dev is scored on test and compared with the base. */
import type { RunResult, TrainingState } from '@queryloop/contracts';
import { evaluationInput, type RunContext, timed } from './run-context.ts';
import { cpuSteps, policySteps } from './step-proxies.ts';

export async function conclude(context: RunContext, state: TrainingState): Promise<RunResult> {
  const { runId, config, steps } = context;
  const { base, prepared, seconds } = state;
  context.phase = 'evaluate';
  const best = state.best?.policy ?? state.policy;
  const final = await timed(seconds, 'evaluate', () =>
    steps.run(() => policySteps.evaluatePolicy(evaluationInput(config, prepared.dataset, 'test', best))),
  );
  await cpuSteps.recordEvaluation({ runId, update: best.update, split: 'test', ...final });
  const compared = await cpuSteps.comparePolicies({
    runId,
    seed: config.seed,
    base: base.predictions,
    final: final.predictions,
    finalUpdate: best.update,
  });
  seconds.total = (Date.now() - state.startedAtMs) / 1000;

  const result: RunResult = {
    runId,
    dataset: prepared.label,
    seed: config.seed,
    updates: state.policy.update,
    bestUpdate: best.update,
    base: base.test,
    final: final.scores,
    comparison: compared.comparison,
    dev: state.dev,
    checkpoint: best.snapshot,
    examples: compared.examples,
    seconds,
  };
  await cpuSteps.finishRun({ runId, status: 'finished', result });
  context.phase = 'done';
  return result;
}
