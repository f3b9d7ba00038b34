/** Shards: their results add up to the whole, and depend neither on the order nor on who computes them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ArtifactRef,
  combineMetrics,
  comparatorNames,
  computeGradientInput,
  type ExperimentConfig,
  evaluatePolicyInput,
  generateRolloutInput,
  type Rollout,
  scoreCompletionsInput,
  shardsOf,
  updatePolicyInput,
} from '@queryloop/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeGradient } from './compute-gradient.ts';
import { evaluatePolicy } from './evaluate-policy.ts';
import { generateRollout } from './generate-rollout.ts';
import { readGradient } from './gradient-artifact.ts';
import { mergeEvaluations } from './merge-evaluations.ts';
import { reduceGradients } from './reduce-gradients.ts';
import { scoreCompletions } from './score-completions.ts';
import { openSmallRun, type SmallRun, smallConfig } from './small-run.fixture.ts';
import { snapshotPolicy } from './snapshot-policy.ts';
import { nextUpdate, type RunState } from './steps-in-a-row.fixture.ts';
import { updatePolicy } from './update-policy.ts';

let run: SmallRun;
beforeAll(async () => {
  run = await openSmallRun();
});
afterAll(() => run.close());

async function train(config: ExperimentConfig, updates: number, habits = {}): Promise<RunState> {
  let state = run.start;
  for (let update = 1; update <= updates; update++) state = await nextUpdate(config, state, run.context, habits);
  return state;
}

/** A rollout of one shard with its rewards. */
async function scoredRollout(config: ExperimentConfig) {
  const [whole] = shardsOf({ ...config, shards: 1 });
  if (!whole) throw new Error('no shard');
  const { rollout } = await generateRollout(generateRolloutInput(config, run.start, whole), run.context);
  const { rewards } = await scoreCompletions(scoreCompletionsInput(config, run.start, rollout, whole), run.context);
  return { rollout, rewards };
}

async function gradientsOf(config: ExperimentConfig, scored: Awaited<ReturnType<typeof scoredRollout>>[]) {
  const parts = [];
  for (const shard of shardsOf(config))
    parts.push(
      await computeGradient(
        computeGradientInput(config, run.start.policy, scored, { iteration: 0, applied: [] }, shard),
        run.context,
      ),
    );
  return parts;
}

describe('gradients', () => {
  it.each([
    { lossType: 'dapo', beta: 0 },
    { lossType: 'grpo', beta: 0.1, scaleRewards: 'batch', entropyCoefficient: 0.01 },
    { lossType: 'dr_grpo', beta: 0, maskTruncated: true, importanceSampling: 'sequence' },
  ])('of shards add up to that of the whole batch: $lossType', async (grpo) => {
    const scored = [await scoredRollout(smallConfig({ grpo }))];
    const [whole] = await gradientsOf(smallConfig({ grpo, shards: 1 }), scored);
    const parts = await gradientsOf(smallConfig({ grpo, shards: 4 }), scored);
    const reduced = await reduceGradients({ parts }, run.context);
    const [expected, found] = await Promise.all(
      [whole?.gradient, reduced.gradient].map((ref) => readGradient(ref as ArtifactRef, run.context)),
    );
    const norm = Math.hypot(...(expected as Float32Array));
    const difference = Math.hypot(...(expected as Float32Array).map((g, i) => g - (found?.[i] ?? Number.NaN)));
    expect(norm).toBeGreaterThan(0.01);
    expect(difference / norm).toBeLessThan(1e-4);
    expect(reduced.loss).toBeCloseTo(whole?.loss ?? Number.NaN, 5);
    expect(reduced.sums).toHaveLength(4);

    // and an update down that sum has the metrics of the update that one process computes
    const update = (gradients: Parameters<typeof updatePolicyInput>[3]) =>
      updatePolicy(updatePolicyInput(smallConfig({ grpo }), run.start.policy, scored, gradients), run.context);
    const [one, several] = [await update([]), await update([reduced])];
    expect(Object.keys(several.metrics)).toEqual(Object.keys(one.metrics));
    for (const [name, value] of Object.entries(one.metrics)) expect(several.metrics[name]).toBeCloseTo(value, 4);
    // as has one that is computed in micro-batches
    const bounded = smallConfig({ grpo: { ...grpo, microBatchTokens: 60 } });
    const micro = await updatePolicy(updatePolicyInput(bounded, run.start.policy, scored, []), run.context);
    for (const [name, value] of Object.entries(one.metrics)) expect(micro.metrics[name]).toBeCloseTo(value, 4);
    // and one that computes each layer again has exactly those of one that keeps all
    const checkpointed = smallConfig({ grpo: { ...grpo, gradientCheckpointing: true } });
    const again = await updatePolicy(updatePolicyInput(checkpointed, run.start.policy, scored, []), run.context);
    expect(again.metrics).toEqual(one.metrics);
    expect(several.policy.replay).toEqual([{ scored: [], gradients: [reduced.gradient] }]);
    expect(one.policy.replay).toEqual([{ scored, gradients: [] }]);
  });

  it('are null without a signal, and the update then changes nothing', async () => {
    const config = smallConfig({ shards: 3, rollout: { proposals: 0 } });
    const { rollout, rewards } = await scoredRollout(config);
    const equal = await run.context.artifacts.getJson<{ rewards: number[][] }>(rewards);
    const flat = { ...equal, rewards: equal.rewards.map((group) => group.map(() => 0)) };
    const scored = [{ rollout, rewards: await run.context.artifacts.putJson('rewards', flat) }];
    const parts = await gradientsOf(config, scored);
    const reduced = await reduceGradients({ parts }, run.context);
    expect(reduced).toEqual({ gradient: null, loss: 0, sums: [], samplerLogProbGap: 0 });
    const updated = await updatePolicy(updatePolicyInput(config, run.start.policy, scored, [reduced]), run.context);
    expect(updated.metrics).toMatchObject({ grad_norm: 0, active_groups: 0 });
    expect(updated.policy.replay).toEqual([{ scored: [], gradients: [] }]);
    const before = await run.context.artifacts.path(run.start.policy.snapshot);
    const { policy } = await snapshotPolicy({ ...config, policy: updated.policy }, run.context);
    const after = await run.context.artifacts.path(policy.snapshot);
    const weights = 'model.safetensors';
    expect(readFileSync(join(after, weights))).toEqual(readFileSync(join(before, weights)));
  });
});

describe('rollouts', () => {
  it('of shards are the groups of the whole, dealt out, and their metrics those of the whole', async () => {
    const config = smallConfig({ shards: 3 });
    const rollouts = async (of: ExperimentConfig) => {
      const parts = [];
      for (const shard of shardsOf(of)) {
        const sampled = await generateRollout(generateRolloutInput(of, run.start, shard), run.context);
        const rewarded = await scoreCompletions(
          scoreCompletionsInput(of, run.start, sampled.rollout, shard),
          run.context,
        );
        const { groups } = await run.context.artifacts.getJson<Rollout>(sampled.rollout);
        parts.push({ groups, metrics: { ...sampled.metrics, ...rewarded.metrics } });
      }
      return parts;
    };
    const [whole] = await rollouts(smallConfig());
    const parts = await rollouts(config);
    const texts = ({ prompt, questions, completions }: Rollout['groups'][number]) => ({
      prompt,
      questions,
      completions: completions.map(({ text, proposed }) => ({ text, proposed })),
    });
    expect(parts.map(({ groups }) => groups.length)).toEqual([3, 3, 2]);
    const dealt = whole?.groups.map((_, place) => parts[place % 3]?.groups[Math.floor(place / 3)]);
    expect(dealt?.map((group) => group && texts(group))).toEqual(whole?.groups.map(texts));
    const combined = combineMetrics(parts.map(({ metrics }) => metrics));
    expect(Object.keys(combined).sort()).toEqual(Object.keys(whole?.metrics ?? {}).sort());
    for (const [name, value] of Object.entries(whole?.metrics ?? {})) expect(combined[name]).toBeCloseTo(value, 10);
  });

  it('may be empty', async () => {
    const config = smallConfig({ shards: 4, rollout: { promptsPerUpdate: 2 } });
    const { metrics, policy } = await nextUpdate(config, run.start, run.context);
    expect(metrics['num_completions']).toBe(8);
    expect(policy.update).toBe(1);
  });
});

describe('a run in shards', () => {
  it('ends in the same bits whoever computes them, in whatever order', async () => {
    const config = smallConfig({
      shards: 3,
      grpo: { innerIterations: 2, beta: 0.02, optimizer: { learningRate: 0.01 } },
      checkpoints: { everyUpdates: 2 },
    });
    const straight = await train(config, 3);
    expect(straight.policy.replay).toEqual([{ scored: [], gradients: [expect.anything(), expect.anything()] }]);
    const backwards = await train(config, 3, { order: (shards: unknown[]) => shards.toReversed() });
    expect(backwards).toEqual(straight);
    expect(await train(config, 3, { forgetful: true })).toEqual(straight);
    expect(straight.metrics['reward']).toBeDefined();
    expect(straight.previous).toHaveLength(3);
  });
});

describe('evaluations', () => {
  it('of shards merge into that of the whole split, in its order', async () => {
    const evaluate = async (config: ExperimentConfig) => {
      const parts = [];
      for (const shard of shardsOf(config))
        parts.push(
          await evaluatePolicy(
            evaluatePolicyInput(config, run.start.prepared.dataset, 'dev', run.start.policy, shard),
            run.context,
          ),
        );
      return parts;
    };
    const [whole] = await evaluate(smallConfig());
    const parts = await evaluate(smallConfig({ shards: 3 }));
    const input = { dataset: run.start.prepared.dataset, split: 'dev' as const };
    const merged = await mergeEvaluations({ ...input, parts }, run.context);
    expect(merged.predictions).toEqual(whole?.predictions);
    const comparators = Object.entries(whole?.scores.comparators ?? {});
    expect(comparators.map(([name]) => name)).toEqual([...comparatorNames]);
    expect(merged.scores).toEqual({
      ...whole?.scores,
      ems: expect.closeTo(whole?.scores.ems ?? Number.NaN, 10),
      rems: expect.closeTo(whole?.scores.rems ?? Number.NaN, 10),
      comparators: Object.fromEntries(comparators.map(([name, mean]) => [name, expect.closeTo(mean, 10)])),
    });
    expect(await mergeEvaluations({ ...input, parts: whole ? [whole] : [] }, run.context)).toEqual(whole);
    await expect(mergeEvaluations({ ...input, parts: parts.slice(1) }, run.context)).rejects.toThrow('predictions');
  });
});
