/** Which updates of an export can be done again, and which of them are. */
import type {
  ArtifactRef,
  ExperimentConfig,
  ExportedRun,
  ExportedUpdate,
  ExportManifest,
  PolicyState,
} from '@queryloop/contracts';
import { revertChanges } from '@queryloop/contracts';
import { keyedUniform } from '@queryloop/stats';
import { policyBefore } from './hash-chain.ts';
import { hashOf } from './sha256.ts';

/** An update, and the policy before it by the shortest way that the export holds. */
export interface EligibleUpdate {
  update: number;
  policy: PolicyState;
}

/** Updates that are replayed at most before one that is done again: each takes a good part of an update's time. */
const longestReplay = 25;

/** Random draws of this kind. */
const stream = 1;

/** The config that an update was made with. */
export function configAt({ config, changes }: ExportedRun, update: number): ExperimentConfig {
  return revertChanges(
    config,
    changes.filter((change) => change.update >= update),
  );
}

/** Updates whose policy can be made from a snapshot in the export, and whose rollouts are there. */
export function eligibleUpdates(manifest: ExportManifest, run: ExportedRun): EligibleUpdate[] {
  const { base, updates, files } = manifest;
  const there = new Set(files.flatMap(({ path }) => /^artifacts\/[^/]+\/[^/]+\/([0-9a-f]{64})/.exec(path)?.[1] ?? []));
  const has = (ref: ArtifactRef): boolean => there.has(ref.hash);
  const snapshots: ExportedUpdate['from'][] = [
    { update: 0, snapshot: base },
    ...updates.flatMap(({ update, snapshot, from }) => [...(snapshot ? [{ update, snapshot }] : []), from]),
  ].filter(({ snapshot }) => has(snapshot));
  // Updates that were made with other settings are not replayed with these.
  const settings = updates.map(({ update }) => {
    const { grpo, rollout } = configAt(run, update);
    return hashOf({ grpo, rollout });
  });
  const replays = (from: number, to: number): boolean =>
    updates
      .slice(from, to)
      .every(
        ({ scored, gradients, update }) =>
          settings[update - 1] === settings[to] &&
          (scored.length > 1 ? gradients : scored.flatMap(({ rollout, rewards }) => [rollout, rewards])).every(has),
      );
  return updates.flatMap(({ update, scored }) => {
    const nearest = snapshots
      .filter((from) => from.update < update && update - 1 - from.update <= longestReplay)
      .sort((a, b) => b.update - a.update)
      .find((from) => replays(from.update, update - 1));
    const before = updates[update - 2]?.scored ?? [];
    const known = [...scored, ...before].every(({ rollout, rewards }) => has(rollout) && has(rewards));
    return nearest && known ? [{ update, policy: policyBefore(manifest, update, nearest) }] : [];
  });
}

/** `count` of them, drawn by a seed; in the order of the run. */
export function chooseUpdates(eligible: readonly EligibleUpdate[], count: number, seed: number): EligibleUpdate[] {
  return [...eligible]
    .map((each) => ({ each, key: keyedUniform(seed, stream, String(each.update)) }))
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ each }) => each)
    .sort((a, b) => a.update - b.update);
}

/** E.g. "1–26, 150–180". */
export function ranges(updates: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const update of updates) {
    const last = parts.at(-1);
    if (last && last[1] === update - 1) last[1] = update;
    else parts.push([update, update]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}
