/** The activities of each task queue: steps with their dependencies, cached, recorded, watched. */
import type { ArtifactStore, Engine, Step, StepCache, TaskQueue } from '@queryloop/contracts';
import type { Folders } from '@queryloop/contracts/folders';
import type { Store } from '@queryloop/store';
import { Context } from '@temporalio/activity';
import { activityOf, type StepControl } from './activity.ts';
import { codeVersion } from './code-version.ts';
import { recoverySteps } from './find-producer.ts';
import type { StepMeter } from './metrics/step-meter.ts';
import type { PolicyPool } from './policy-pool.ts';
import type { AttemptRecorder } from './record-attempts.ts';
import { analysisSteps } from './records/analyses.ts';
import { cpuStepLoaders, policyStepLoaders, sqlStepLoaders } from './registry.ts';
import { recordSteps } from './run-records.ts';
import type { StepLoaders } from './serve-steps.ts';
import type { SilenceLimits } from './silence.ts';
import { cachedSteps, type StepResult } from './step-cache.ts';
import { stepFingerprint } from './step-fingerprint.ts';

/** Steps that write to the store say nothing while they do, and a copied run is many rows. */
const recordSilenceMs = 60_000;
/** The download of one file, which has 60 s before the built-in world stands in. */
const downloadSilenceMs = 90_000;

export interface ActivityParts {
  folders: Folders;
  artifacts: ArtifactStore;
  cache: StepCache;
  store: Store;
  policies: PolicyPool;
  attempts: AttemptRecorder;
  silence: SilenceLimits;
  meter: StepMeter;
  warn(message: string): void;
}

// biome-ignore lint/suspicious/noExplicitAny: activities of all input types
export type Activities = Record<string, (input: any) => Promise<unknown>>;

export function activitiesOf(parts: ActivityParts) {
  const { folders, artifacts, cache, store, policies, attempts, silence, meter, warn } = parts;
  const cached = cachedSteps({
    cache,
    artifacts,
    cacheFolder: folders.cache,
    codeVersion: codeVersion(),
    fingerprint: stepFingerprint,
    warn,
  });

  /** Does a step, counts it and writes down that it was done. An analysis is no run: what it did is in its result. */
  const noted = async (step: string, input: unknown, work: () => Promise<StepResult>): Promise<unknown> => {
    const { workflowId: runId, workflowType, tried } = here();
    const counted = () => meter.measure(step, tried, work);
    if (workflowType === 'analysis') return (await counted()).output;
    return await attempts.around({ runId, step, input, attempts: tried }, counted);
  };
  const computing = (
    step: string,
    compute: (input: unknown, control: StepControl, workflowId: string) => Promise<unknown>,
  ): [string, (input: unknown) => Promise<unknown>] => [
    step,
    activityOf(step, step === 'prepareDataset' ? downloadSilenceMs : silence.idleMs, (input: unknown, control) => {
      const { workflowId } = here();
      return noted(step, input, () => cached.run(step, input, control, (shared) => compute(input, shared, workflowId)));
    }),
  ];
  const local = (loaders: StepLoaders): Activities =>
    Object.fromEntries(
      Object.entries(loaders).map(([name, load]) =>
        computing(name, async (input, control) => {
          const body: Step<unknown, unknown> = await load();
          return await body(input, { artifacts, cacheFolder: folders.cache, ...control });
        }),
      ),
    );
  const inPolicyProcess = (): Activities =>
    Object.fromEntries(
      Object.keys(policyStepLoaders).map((name) =>
        computing(name, (input, { progress, alive, signal }, owner) => {
          const { threads, device } = input as Engine;
          return policies.run(name, input, {
            ...{ threads, device, owner, signal },
            ...{ onProgress: progress, onAlive: alive, onNote: warn },
          });
        }),
      ),
    );
  const recording = (): Activities =>
    Object.fromEntries(
      Object.entries({
        ...recordSteps(store, artifacts),
        ...analysisSteps(store, artifacts),
        ...recoverySteps(cache),
      }).map(([step, body]) => [
        step,
        activityOf(step, recordSilenceMs, (input: unknown) =>
          noted(step, input, async () => ({
            output: await (body as (input: unknown) => Promise<unknown>)(input),
            reused: false,
          })),
        ),
      ]),
    );

  return (queue: TaskQueue): Activities => {
    if (queue === 'policy') return inPolicyProcess();
    return queue === 'sql' ? local(sqlStepLoaders) : { ...local(cpuStepLoaders), ...recording() };
  };
}

/** The workflow and the try that the present activity belongs to: a run's id is that of its workflow. */
function here(): { workflowId: string; workflowType: string; tried: number } {
  const { workflowExecution, workflowType = '', attempt } = Context.current().info;
  return { workflowId: workflowExecution?.workflowId ?? '', workflowType, tried: attempt };
}
