/**
 * Entry of the policy process: the one process that loads TensorFlow.js, which blocks its thread while it computes. It keeps
 * the policy in memory from step to step; started anew, it rebuilds it from the last snapshot and the stored rollouts.
 */
import { mkdirSync } from 'node:fs';
import { foldersOf } from '@queryloop/contracts/folders';
import { openArtifacts } from '@queryloop/store/artifacts';
import { commandStepLoaders, policyStepLoaders } from './registry.ts';
import { serveSteps } from './serve-steps.ts';

const folders = foldersOf();
mkdirSync(folders.cache, { recursive: true });
serveSteps(
  { ...policyStepLoaders, ...commandStepLoaders },
  { artifacts: openArtifacts(folders.home), cacheFolder: folders.cache },
  // A step of a run has loaded what keeps the policies.
  async (step) =>
    step in policyStepLoaders
      ? (await import('@queryloop/activities/resident-policy')).residentPolicies()
      : { policies: 0, bytes: 0 },
);
