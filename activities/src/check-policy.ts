/** A look at a policy's folder before it is taken over. */
import type { ArtifactStore } from '@queryloop/contracts';
import { loadPolicy } from './load-policy.ts';

/**
 * Loads the policy, an adapter over its base, and lets it go: what is wrong is then said of the user's folder, which can be mended,
 * not of a copy in the artifacts that a run would go on with. Throws UserError.
 */
export async function checkPolicy(
  folder: string,
  threads: number,
  artifacts: Pick<ArtifactStore, 'path' | 'has'>,
): Promise<void> {
  (await loadPolicy(folder, { threads }, artifacts)).dispose();
}
