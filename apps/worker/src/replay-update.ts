/** Does one update of a run again from its stored inputs, with nothing taken from memory, and compares what comes out. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { releasePolicies } from '@queryloop/activities/resident-policy';
import type {
  ArtifactRef,
  ArtifactStore,
  ReplayedPart,
  ReplayResult,
  ReplayUpdateInput,
  Rewards,
  Rollout,
  Step,
} from '@queryloop/contracts';
import { openLocalArtifactStore } from '@queryloop/store/artifacts';
import {
  type Difference,
  metricsDifference,
  rewardsDifference,
  rolloutDifference,
  snapshotDifference,
} from './largest-difference.ts';
import { readThrough, repeatUpdate } from './repeat-updates.ts';

export const replayUpdate: Step<ReplayUpdateInput, ReplayResult> = async (input, outer) => {
  const started = performance.now();
  await mkdir(outer.cacheFolder, { recursive: true });
  const work = await mkdtemp(join(outer.cacheFolder, 'replay-'));
  const { repeated, dataset, stored } = input;
  try {
    // What is made anew must not take the place of what is stored.
    const artifacts = readThrough(openLocalArtifactStore(work), outer.artifacts);
    // A policy that is still in memory would hide whether it can be made from what is stored.
    await releasePolicies();
    const served = { scored: stored.scored.map(({ rollout }) => rollout), next: stored.next };
    const again = await repeatUpdate({ ...repeated, served }, dataset, { ...outer, artifacts });
    const parts: ReplayedPart[] = [];
    for (const [shard, { rollout, rewards }] of stored.scored.entries()) {
      const now = again.scored[shard];
      const place = stored.scored.length === 1 ? null : shard;
      parts.push(await compare(artifacts, { what: 'rollout', shard: place }, rollout, now?.rollout));
      parts.push(await compare(artifacts, { what: 'rewards', shard: place }, rewards, now?.rewards));
    }
    if (stored.snapshot !== null)
      parts.push(await compare(artifacts, { what: 'weights', shard: null }, stored.snapshot, again.snapshot));
    if (stored.next !== null)
      parts.push(await compare(artifacts, { what: 'next rollout', shard: null }, stored.next, again.next));
    const metrics = {
      stored: stored.metrics,
      replayed: again.metrics,
      largestDifference: metricsDifference(stored.metrics, again.metrics),
    };
    return {
      update: repeated.update,
      equal: parts.every(({ equal }) => equal) && metrics.largestDifference === 0,
      largestDifference: Math.max(metrics.largestDifference, ...parts.map((part) => part.largestDifference ?? 0)),
      from: {
        update: repeated.policy.update - repeated.policy.replay.length,
        snapshotHash: repeated.policy.snapshot.hash,
        replayed: repeated.policy.replay.length,
      },
      parts,
      metrics,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

async function compare(
  artifacts: ArtifactStore,
  part: Pick<ReplayedPart, 'what' | 'shard'>,
  stored: ArtifactRef,
  replayed: ArtifactRef | null | undefined,
): Promise<ReplayedPart> {
  const hashes = { ...part, storedHash: stored.hash, replayedHash: replayed?.hash ?? '' };
  if (stored.hash === replayed?.hash) return { ...hashes, equal: true, largestDifference: null, difference: null };
  const unknown = { largestDifference: null, difference: 'it is another, and the stored one is not there to compare' };
  const known = replayed && (await artifacts.has(stored));
  return { ...hashes, equal: false, ...(known ? await differenceOf(artifacts, part.what, stored, replayed) : unknown) };
}

async function differenceOf(
  artifacts: ArtifactStore,
  what: ReplayedPart['what'],
  stored: ArtifactRef,
  replayed: ArtifactRef,
): Promise<Difference> {
  if (what === 'weights') return await snapshotDifference(await artifacts.path(stored), await artifacts.path(replayed));
  if (what === 'rewards')
    return rewardsDifference(await artifacts.getJson<Rewards>(stored), await artifacts.getJson<Rewards>(replayed));
  return rolloutDifference(await artifacts.getJson<Rollout>(stored), await artifacts.getJson<Rollout>(replayed));
}
