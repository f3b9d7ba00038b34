/** A look at a policy's folder before it is taken over. */
import { Policy } from '@queryloop/policy';

/**
 * Loads the policy and lets it go: what is wrong is then said of the user's folder, which can be mended, not of a copy in the
 * artifacts that a run would go on with. Throws UserError.
 */
export async function checkPolicy(folder: string, threads: number): Promise<void> {
  (await Policy.load(folder, { threads })).dispose();
}
