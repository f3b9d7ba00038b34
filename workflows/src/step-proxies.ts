/**
 * The steps as the workflows call them: each on its task queue, with its timeouts. A step that stops reporting is given to
 * another worker after its heartbeat timeout; a fault is retried, a mistake of the user or a lost artifact never.
 */

import type {
  AnalysisCpuSteps,
  AnalysisPolicySteps,
  AnalysisRecordSteps,
  AnalysisSqlSteps,
  DataSteps,
  PolicySteps,
  RecordSteps,
  RecoverySteps,
  SqlSteps,
  TaskQueue,
} from '@queryloop/contracts';
import { ActivityCancellationType, type ActivityOptions, proxyActivities } from '@temporalio/workflow';

/** Type of the failure of a step whose input is lost or damaged; details: [{ artifact }]. */
export const artifactUnavailable = 'ArtifactUnavailable';

/** How often a step is tried before its run fails. */
export const maximumAttempts = 5;

/** Workers report every second; ten seconds of silence leave time to notice a hang and move on within thirty. */
const common = {
  startToCloseTimeout: '24 hours',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: {
    initialInterval: '1 second',
    backoffCoefficient: 2,
    maximumInterval: '30 seconds',
    maximumAttempts,
    nonRetryableErrorTypes: ['UserError', artifactUnavailable],
  },
} satisfies ActivityOptions;

export const policySteps = proxyActivities<PolicySteps & AnalysisPolicySteps>({ ...common, taskQueue: 'policy' });
export const sqlSteps = proxyActivities<SqlSteps & AnalysisSqlSteps>({ ...common, taskQueue: 'sql' });
export const dataSteps = proxyActivities<DataSteps & AnalysisCpuSteps>({ ...common, taskQueue: 'cpu' });
/** They wait for the store only: one that takes so long hangs in a connection. */
export const recordSteps = proxyActivities<RecordSteps & AnalysisRecordSteps & RecoverySteps>({
  ...common,
  taskQueue: 'cpu',
  startToCloseTimeout: '10 minutes',
});

/** Runs a step by its name, as the cache of steps knows it. */
export function runStep(queue: TaskQueue, step: string, input: unknown): Promise<unknown> {
  const steps = { cpu: dataSteps, policy: policySteps, sql: sqlSteps }[queue] as object as Record<
    string,
    (input: unknown) => Promise<unknown>
  >;
  const run = steps[step];
  if (run === undefined) throw new Error(`queue ${queue} has no step ${step}`);
  return run(input);
}
