/**
 * A question asked of a stored run: its completions rescored or audited, some updates at a time, one update done again, or its
 * policies scored on another split. The answer goes to the store.
 */
import type {
  AnalysisInput,
  AnalysisPart,
  AnalysisProgress,
  AnalysisState,
  ArtifactRef,
  ExecutedRollout,
  ExecutedUpdate,
  GatheredUpdate,
} from '@queryloop/contracts';
import {
  ApplicationFailure,
  CancellationScope,
  ContinueAsNew,
  continueAsNew,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { describeCause } from './describe-failure.ts';
import { type EvaluationOfRun, evaluateRun } from './evaluate-run.ts';
import { analysisProgressQuery } from './messages.ts';
import { Recovery } from './recovery.ts';
import { dataSteps, policySteps, recordSteps, sqlSteps } from './step-proxies.ts';
import { together } from './together.ts';

/** Updates that one step looks at: few enough to be lost without much harm, enough to keep the history short. */
const updatesPerStep = 16;
/** Steps at a time; a worker does two of a kind. */
const stepsAtATime = 2;

type Run = <T>(step: () => Promise<T>) => Promise<T>;
type ReplayOfUpdate = Extract<AnalysisInput, { kind: 'replay' }>;
type LookThrough = Exclude<AnalysisInput, ReplayOfUpdate | EvaluationOfRun>;

export async function analysis(input: AnalysisInput): Promise<void> {
  const { analysisId } = input;
  const progress: AnalysisProgress = { done: 0, total: 1 };
  setHandler(analysisProgressQuery, () => progress);
  const recovery = new Recovery();
  const run: Run = (step) => recovery.run(step);
  try {
    if (input.kind === 'replay') await replay(input, run);
    else if (input.kind === 'evaluate') await evaluateRun(input, progress, run);
    else await lookThrough(input, progress, run);
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const why = isCancellation(error) ? 'cancelled' : describeCause('analysis', error);
    await CancellationScope.nonCancellable(() => recordSteps.failAnalysis({ analysisId, error: why })).catch(
      () => undefined, // A store that cannot be written must not hide why the analysis failed.
    );
    if (isCancellation(error)) throw error;
    throw ApplicationFailure.create({
      message: why,
      nonRetryable: true,
      ...(error instanceof Error && { cause: error }),
    });
  }
}

async function replay({ analysisId, kind, runId, settings }: ReplayOfUpdate, run: Run): Promise<void> {
  const stored = await run(() => recordSteps.startReplay({ analysisId, kind, runId, settings }));
  const result = await run(() => policySteps.replayUpdate(stored));
  await run(() => recordSteps.finishAnalysis({ analysisId, kind, result }));
}

async function lookThrough(input: LookThrough, progress: AnalysisProgress, run: Run): Promise<void> {
  const state = input.continued ?? (await begin(input, run));
  const { updates } = state.plan;
  Object.assign(progress, { done: state.done, total: updates.length });
  while (state.done < updates.length) {
    if (workflowInfo().continueAsNewSuggested)
      return await continueAsNew<typeof analysis>({ ...input, continued: state });
    const next = updates.slice(state.done, state.done + updatesPerStep * stepsAtATime);
    const batches = [next.slice(0, updatesPerStep), next.slice(updatesPerStep)].filter((some) => some.length > 0);
    const parts = await together(batches.map((batch) => () => lookAt(input, state, batch, run)));
    state.parts.push(...parts.map(({ part }) => part));
    state.done += next.length;
    progress.done = state.done;
  }
  const { analysisId } = input;
  const { parts, perturbed } = state;
  await run(() =>
    recordSteps.finishAnalysis(
      perturbed === null
        ? { analysisId, kind: 'rescore', parts }
        : { analysisId, kind: 'audit', parts, perturbation: perturbed.perturbation },
    ),
  );
}

async function begin(input: LookThrough, run: Run): Promise<AnalysisState> {
  const { continued: _, ...task } = input;
  const plan = await run(() => recordSteps.startAnalysis(task));
  const perturbed =
    input.kind === 'audit'
      ? await run(() => dataSteps.perturbDatabase({ dataset: plan.dataset, seed: input.settings.seed }))
      : null;
  return { plan, done: 0, parts: [], perturbed };
}

async function lookAt(
  { kind, runId, settings }: LookThrough,
  { plan: { dataset }, perturbed }: AnalysisState,
  updates: number[],
  run: Run,
): Promise<AnalysisPart> {
  const gathered = await run(() => recordSteps.gatherUpdates({ runId, updates }));
  const executed = await together(gathered.map((update) => () => withExecutions(update, dataset, run)));
  if (kind === 'rescore') {
    const { reward, scaleRewards } = settings;
    return await run(() => dataSteps.rescoreUpdates({ updates: executed, reward, scaleRewards }));
  }
  if (perturbed === null) throw new Error('an audit has a perturbed database');
  const { sample, seed } = settings;
  const some = executed.map(({ update, parts }) => ({ update, parts }));
  return await run(() => sqlSteps.auditUpdates({ dataset, perturbed, updates: some, sample, seed }));
}

/** Runs of earlier versions did not keep what their queries returned: scoring them once more says it. */
async function withExecutions(
  { update, scaleRewards, parts, scoring }: GatheredUpdate,
  dataset: ArtifactRef,
  run: Run,
): Promise<ExecutedUpdate> {
  const executed = await together(
    parts.map((part, index) => async (): Promise<ExecutedRollout> => {
      const { rollout, rewards, executions } = part;
      if (executions !== undefined) return { rollout, rewards, executions };
      const shard = { index, of: parts.length };
      const again = await run(() => sqlSteps.scoreCompletions({ dataset, rollout, update, ...scoring, shard }));
      if (again.executions === undefined) throw new Error('a worker of an earlier version is at work');
      return { rollout, rewards, executions: again.executions };
    }),
  );
  return { update, scaleRewards, parts: executed };
}
