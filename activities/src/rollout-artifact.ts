/** Reads what the rewards of earlier updates know. */
import type { ArtifactRef, Rewards, StepContext } from '@queryloop/contracts';

/** What the rewards of the update before, of all shards in order, know of the prompts; nothing before the first update. */
export async function previousRewards(
  refs: readonly ArtifactRef[],
  { artifacts }: Pick<StepContext, 'artifacts'>,
): Promise<Pick<Rewards, 'solved' | 'found'>> {
  const known: Pick<Rewards, 'solved' | 'found'> = { solved: {}, found: {} };
  for (const ref of refs) {
    const { solved, found } = await artifacts.getJson<Rewards>(ref);
    Object.assign(known.solved, solved);
    Object.assign(known.found, found);
  }
  return known;
}
