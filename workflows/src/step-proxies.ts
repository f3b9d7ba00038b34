/**
 * The steps as the workflow calls them: each on its task queue, with its timeouts. A step that stops reporting is given to
 * another worker after its heartbeat timeout; a fault is retried, a mistake of the user (UserError) never.
 */

import type { CpuSteps, PolicySteps, SqlSteps } from '@queryloop/contracts';
import { ActivityCancellationType, type ActivityOptions, proxyActivities } from '@temporalio/workflow';

const common = {
  startToCloseTimeout: '24 hours',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: {
    initialInterval: '1 second',
    backoffCoefficient: 2,
    maximumInterval: '30 seconds',
    maximumAttempts: 5,
    nonRetryableErrorTypes: ['UserError'],
  },
} satisfies ActivityOptions;

export const policySteps = proxyActivities<PolicySteps>({
  ...common,
  taskQueue: 'policy',
  heartbeatTimeout: '10 seconds',
});
export const sqlSteps = proxyActivities<SqlSteps>({ ...common, taskQueue: 'sql', heartbeatTimeout: '10 seconds' });
export const cpuSteps = proxyActivities<CpuSteps>({ ...common, taskQueue: 'cpu', heartbeatTimeout: '10 seconds' });
