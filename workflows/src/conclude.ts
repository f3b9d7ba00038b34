/** How a run ends: with a result, or held at a rung of a sweep. */
import type { RunOutcome, RunResult, TrainingState } from '@queryloop/contracts';
import { evaluate, recordEvaluation } from './evaluate.ts';
import { type RunContext, timed } from './run-context.ts';
import { recordSteps } from './step-proxies.ts';

/** The policy that was best on dev is scored on test and compared with the base. */
export async function conclude(context: RunContext, state: TrainingState): Promise<RunOutcome> {
  const { runId, config, record, status } = context;
  const { base, prepared, seconds } = state;
  context.phase = 'evaluate';
  const best = state.best?.policy ?? state.policy;
  const final = await timed(seconds, 'evaluate', () => evaluate(context, prepared.dataset, 'test', best));
  context.concluding = true;
  await recordEvaluation(context, best.update, 'test', final);
  const compared = await record(() =>
    recordSteps.comparePolicies({
      runId,
      seed: config.seed,
      base: base.predictions,
      final: final.predictions,
      finalUpdate: best.update,
    }),
  );
  seconds.total = (Date.now() - state.startedAtMs) / 1000;

  const result: RunResult = {
    runId,
    dataset: prepared.label,
    seed: config.seed,
    updates: state.policy.update,
    tokens: state.tokens,
    bestUpdate: best.update,
    base: base.test,
    final: final.scores,
    comparison: compared.comparison,
    dev: state.dev,
    checkpoint: best.snapshot,
    examples: compared.examples,
    seconds,
  };
  await status.settled();
  await record(() => recordSteps.finishRun({ runId, status: 'finished', result }));
  context.phase = 'done';
  return { status: 'finished', result };
}

/** The run waits at an evaluated update; another execution goes on from there. */
export async function stopHere(context: RunContext, state: TrainingState): Promise<RunOutcome> {
  const { runId, record, status } = context;
  const { policy, tokens, prepared } = state;
  const { update } = policy;
  // A run that was already there when this execution began has its scores from a step that was done before.
  const dev =
    context.lastDev?.update === update
      ? context.lastDev.scores
      : (await evaluate(context, prepared.dataset, 'dev', policy)).scores;
  context.concluding = true;
  await status.settled();
  await record(() => recordSteps.setRunStatus({ runId, status: 'stopped' }));
  return { status: 'stopped', runId, update, tokens, dev };
}
