/** The activities of each task queue: steps with their dependencies, cached, recorded, watched. */
import type { ArtifactStore, Step, StepCache, TaskQueue } from '@queryloop/contracts';
import type { Folders } from '@queryloop/contracts/folders';
import type { Store } from '@queryloop/store';
import { Context } from '@temporalio/activity';
import { activityOf, type StepControl } from './activity.ts';
import { codeVersion } from './code-version.ts';
import { recoverySteps } from './find-producer.ts';
import type { PolicyPool } from './policy-pool.ts';
import type { AttemptRecorder } from './record-attempts.ts';
import { cpuStepLoaders, policyStepLoaders, sqlStepLoaders } from './registry.ts';
import { recordSteps } from './run-records.ts';
import type { StepLoaders } from './serve-steps.ts';
import type { SilenceLimits } from './silence.ts';
import { cachedSteps } from './step-cache.ts';
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
  warn(message: string): void;
}

// biome-ignore lint/suspicious/noExplicitAny: activities of all input types
export type Activities = Record<string, (input: any) => Promise<unknown>>;

export function activitiesOf({ folders, artifacts, cache, store, policies, attempts, silence, warn }: ActivityParts) {
  const cached = cachedSteps({
    cache,
    artifacts,
    cacheFolder: folders.cache,
    codeVersion: codeVersion(),
    fingerprint: stepFingerprint,
    warn,
  });

  const computing = (
    step: string,
    compute: (input: unknown, control: StepControl, runId: string) => Promise<unknown>,
  ): [string, (input: unknown) => Promise<unknown>] => [
    step,
    activityOf(step, step === 'prepareDataset' ? downloadSilenceMs : silence.idleMs, (input: unknown, control) => {
      const { runId, tried } = here();
      return attempts.around({ runId, step, input, attempts: tried }, () =>
        cached.run(step, input, control, (shared) => compute(input, shared, runId)),
      );
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
          const { threads } = input as { threads: number };
          return policies.run(name, input, { threads, owner, onProgress: progress, onAlive: alive, signal });
        }),
      ),
    );
  const recording = (): Activities =>
    Object.fromEntries(
      Object.entries({ ...recordSteps(store, artifacts), ...recoverySteps(cache) }).map(([step, body]) => [
        step,
        activityOf(step, recordSilenceMs, (input: unknown) => {
          const { runId, tried } = here();
          return attempts.around({ runId, step, input, attempts: tried }, async () => ({
            output: await (body as (input: unknown) => Promise<unknown>)(input),
            reused: false,
          }));
        }),
      ]),
    );

  return (queue: TaskQueue): Activities => {
    if (queue === 'policy') return inPolicyProcess();
    return queue === 'sql' ? local(sqlStepLoaders) : { ...local(cpuStepLoaders), ...recording() };
  };
}

/** The run and the try that the present activity belongs to: a run's id is that of its workflow. */
function here(): { runId: string; tried: number } {
  const { workflowExecution, attempt } = Context.current().info;
  return { runId: workflowExecution?.workflowId ?? '', tried: attempt };
}
