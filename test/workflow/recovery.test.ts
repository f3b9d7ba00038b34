/** Lost artifacts are made again by the steps that made them, and a run that cannot be mended says what is missing. */

import type { ArtifactRef, GenerateRolloutInput, UpdatePolicyInput } from '@queryloop/contracts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Harness, openHarness } from './harness.ts';
import { ref } from './tiny-artifacts.ts';
import { type TinyWorld, tinySteps } from './tiny-steps.ts';

vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
}, 60_000);
afterAll(() => harness.stop());

const config = { grpo: { updates: 5 }, evaluation: { everyUpdates: 2 }, shards: 1 };

/** Loses what `choose` gives of the world just before update 4 is sampled; `forget` lets nobody know who made it. */
function losing(
  choose: (input: GenerateRolloutInput, world: TinyWorld) => ArtifactRef[],
  { forget = false, after = (_step: string, output: unknown): unknown => output } = {},
): TinyWorld & { lost(): boolean } {
  let lost = false;
  const world = tinySteps({
    before: async (step, input) => {
      const sampling = input as GenerateRolloutInput;
      if (lost || step !== 'generateRollout' || sampling.update !== 4) return;
      lost = true;
      const refs = choose(sampling, world);
      world.artifacts.lose(...refs);
      if (forget) for (const artifact of refs) world.artifacts.forgetProducer(artifact);
    },
    after: (step, output) => (lost ? after(step, output) : output),
  });
  return { ...world, lost: () => lost };
}

test('a lost snapshot, with everything it was made from, is made again', async () => {
  const whole = tinySteps();
  const undisturbed = await harness.run('kept', whole.steps, config);
  const world = losing(({ policy }, { log }) => {
    const second = log.inputsOf<UpdatePolicyInput>('updatePolicy').find(({ update }) => update === 2);
    const rollouts = second?.policy.replay.flatMap(({ scored }) => scored.map(({ rollout }) => rollout)) ?? [];
    return [policy.snapshot, ...rollouts, policy.base, ref('dataset', 0)];
  });
  const result = await harness.run('lost', world.steps, config);
  expect(world.lost()).toBe(true);
  expect(result.checkpoint).toEqual(undisturbed.checkpoint);
  const updates = ({ store }: TinyWorld, runId: string) =>
    [...store.run(runId).updates.values()].map((row) => ({ ...row, runId: '' }));
  expect(updates(world, 'lost')).toEqual(updates(whole, 'kept'));
  // Made again once each: the data, the base, the rollout that the snapshot was trained on, and the snapshot.
  const count = ({ log }: TinyWorld, step: string) => log.inputsOf(step).length;
  expect(
    world.log.inputsOf<UpdatePolicyInput>('updatePolicy').filter(({ update }) => update === 2).length,
  ).toBeGreaterThan(1);
  expect(count(world, 'prepareDataset')).toBe(2);
});

test('shards that miss the same artifact have it made once', async () => {
  const world = losing(({ policy }) => [policy.snapshot]);
  const result = await harness.run('shared', world.steps, { ...config, shards: 3 });
  expect(result.updates).toBe(5);
  const made = world.log.inputsOf<UpdatePolicyInput>('updatePolicy').filter(({ update }) => update === 2);
  expect(made).toHaveLength(2);
  expect(made[1]).toEqual(made[0]);
});

test('an artifact that nobody knows how to make fails the run, named', async () => {
  const world = losing(({ policy }) => [policy.snapshot], { forget: true });
  await expect(harness.run('unknown', world.steps, config)).rejects.toThrow();
  expect(world.store.run('unknown').error).toMatch(
    /^step generateRollout failed: checkpoint \w{12} is lost; no step is known that made it\nBring its file back\.\n.*queryloop resume unknown$/,
  );
});

test('an artifact that comes out different fails the run, with both named', async () => {
  const other = ref('checkpoint', 'other');
  const world = losing(({ policy }) => [policy.snapshot], {
    after: (step, output) =>
      step === 'updatePolicy'
        ? { ...(output as object), policy: { ...(output as UpdatePolicyInput).policy, snapshot: other } }
        : output,
  });
  await expect(harness.run('different', world.steps, config)).rejects.toThrow();
  expect(world.store.run('different').error).toContain('updatePolicy made it again with another hash: ');
  expect(world.store.run('different').error).toContain(other.hash);
});

test('an artifact that stays lost is made again once only', async () => {
  const world = losing(({ policy }) => [policy.snapshot]);
  const { artifacts } = world;
  const made = artifacts.made.bind(artifacts);
  artifacts.made = (output, producer) => {
    if (!world.lost()) made(output, producer);
  };
  await expect(harness.run('vanishing', world.steps, config)).rejects.toThrow();
  expect(world.log.inputsOf('findProducer')).toHaveLength(1);
  expect(world.store.run('vanishing').error).toMatch(/checkpoint \w{12} is lost\n/);
});
