import { type ArtifactRef, ExperimentConfig, type ExportedRun, type ExportManifest } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { chooseUpdates, eligibleUpdates, ranges } from './choose-updates.ts';
import { hashOf } from './sha256.ts';

const ref = (kind: ArtifactRef['kind'], name: string): ArtifactRef => ({
  kind,
  hash: hashOf(`${kind} ${name}`),
  bytes: 1,
});
const base = ref('checkpoint', 'base');
const snapshotAt = (update: number): ArtifactRef => (update === 0 ? base : ref('checkpoint', `${update}`));

/** A run of `updates` with a snapshot every 10, of which only those after `kept` are left; with shards, gradients too. */
function exported({ updates = 60, kept = [40, 50, 60], shards = 1, changes = [] as ExportedRun['changes'] } = {}) {
  const entries = Array.from({ length: updates }, (_, i) => {
    const update = i + 1;
    const from = i - (i % 10);
    return {
      update,
      from: { update: from, snapshot: snapshotAt(from) },
      scored: Array.from({ length: shards }, (__, s) => ({
        rollout: ref('rollout', `${update} ${s}`),
        rewards: ref('rewards', `${update} ${s}`),
      })),
      gradients: shards > 1 ? [ref('gradient', `${update}`)] : [],
      snapshot: update % 10 === 0 ? snapshotAt(update) : null,
    };
  });
  const there = [base, ...kept.map(snapshotAt)].concat(
    entries.flatMap(({ scored, gradients, update }) => [
      ...scored.flatMap(({ rollout, rewards }) => [rollout, rewards]),
      ...(update > (kept[0] ?? 0) ? gradients : []),
    ]),
  );
  const files = there.map(({ kind, hash }) => ({ path: `artifacts/${kind}/${hash.slice(0, 2)}/${hash}.json` }));
  const config = ExperimentConfig.parse({ shards, grpo: { updates } });
  return [{ base, updates: entries, files } as ExportManifest, { config, changes } as ExportedRun] as const;
}

const eligible = (options?: Parameters<typeof exported>[0]): string =>
  ranges(eligibleUpdates(...exported(options)).map(({ update }) => update));

test('updates near a snapshot that is there can be done again, from the nearest', () => {
  expect(eligible()).toBe('1–26, 41–60');
  const nearest = eligibleUpdates(...exported()).map(({ update, policy }) => [
    update,
    policy.update - policy.replay.length,
  ]);
  expect(nearest).toContainEqual([26, 0]);
  expect(nearest).toContainEqual([50, 40]);
  expect(nearest).toContainEqual([51, 50]);
  expect(eligibleUpdates(...exported()).find(({ update }) => update === 41)?.policy).toMatchObject({
    update: 40,
    replay: [],
  });
});

test('with shards, pruned gradients bar the way from the base', () => {
  expect(eligible({ shards: 2 })).toBe('1, 41–60');
});

test('updates made with other settings are not replayed', () => {
  // A real run writes a snapshot where settings change; here it is one that was deleted.
  const changes = [{ update: 45, field: 'grpo.optimizer.learningRate', from: 1e-3, to: 3e-4 }];
  expect(eligible({ changes })).toBe('1–26, 41–45, 51–60');
});

test('without artifacts nothing can be done again', () => {
  const [manifest, run] = exported();
  expect(eligibleUpdates({ ...manifest, files: [] }, run)).toEqual([]);
});

test('the draw depends on the seed alone, and seeds differ', () => {
  const all = eligibleUpdates(...exported());
  const drawn = (seed: number, from = all): number[] => chooseUpdates(from, 3, seed).map(({ update }) => update);
  expect(drawn(1)).toEqual(drawn(1, all.toReversed()));
  expect(drawn(1)).toHaveLength(3);
  expect(new Set([1, 2, 3, 4, 5].map((seed) => drawn(seed).join())).size).toBeGreaterThan(3);
  expect(chooseUpdates(all, 1000, 1)).toHaveLength(all.length);
});
