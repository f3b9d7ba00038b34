/** Runs with LoRA: what is trained, kept, rebuilt and held on to is the adapter; the base is found again by its content. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ArtifactRef,
  type ExperimentConfig,
  type PolicyState,
  prepareDatasetInput,
  type WarmStartOutput,
  warmStartInput,
} from '@queryloop/contracts';
import { readAdapterOrigin } from '@queryloop/contracts/adapter-origin';
import { Policy } from '@queryloop/policy';
import { readSafetensors } from '@queryloop/policy/safetensors';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadPolicy } from './load-policy.ts';
import { prepareDataset } from './prepare-dataset.ts';
import { releasePolicies, residentPolicies, withPolicy } from './resident-policy.ts';
import { openSmallRun, type SmallRun, smallConfig } from './small-run.fixture.ts';
import { snapshotPolicy } from './snapshot-policy.ts';
import { nextUpdate, type RunState, startOf } from './steps-in-a-row.fixture.ts';
import { warmStart } from './warm-start.ts';

const lora = { rank: 3, alpha: 6, targets: ['q_proj', 'v_proj', 'up_proj'] };
const loraConfig = (settings: Parameters<typeof smallConfig>[0] = {}) =>
  smallConfig({ ...settings, policy: { lora, ...settings.policy } });

let run: SmallRun;
let scratch: string;
beforeAll(async () => {
  run = await openSmallRun(loraConfig());
  scratch = mkdtempSync(join(tmpdir(), 'lora-'));
});
afterAll(async () => {
  await run.close();
  rmSync(scratch, { recursive: true });
});
beforeEach(() => releasePolicies());

async function train(config: ExperimentConfig, updates: number, habits = {}): Promise<RunState> {
  let state = run.start;
  for (let update = 1; update <= updates; update++) state = await nextUpdate(config, state, run.context, habits);
  return state;
}

async function snapshotOf(config: ExperimentConfig, policy: PolicyState): Promise<ArtifactRef> {
  return (await snapshotPolicy({ ...config, policy }, run.context)).policy.snapshot;
}

const folderOf = (ref: ArtifactRef) => run.context.artifacts.path(ref);

async function warmStarted(config: ExperimentConfig): Promise<WarmStartOutput> {
  const prepared = await prepareDataset(prepareDatasetInput(config), run.context);
  return warmStart(warmStartInput(config, prepared.dataset), run.context);
}

it('keeps adapters only: in snapshots, in the optimizer, in gradients', async () => {
  const config = loraConfig({ shards: 2 });
  const { policy } = await train(config, 1);
  const snapshot = await folderOf(await snapshotOf(config, policy));
  expect(readdirSync(snapshot).sort()).toEqual([
    'adapter_config.json',
    'adapter_model.safetensors',
    'optimizer.json',
    'optimizer.safetensors',
    'queryloop.json',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  const tensors = await readSafetensors(join(snapshot, 'adapter_model.safetensors'));
  expect([...tensors.keys()]).toEqual([
    'base_model.model.model.layers.0.mlp.up_proj.lora_A.weight',
    'base_model.model.model.layers.0.mlp.up_proj.lora_B.weight',
    'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight',
    'base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight',
    'base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight',
    'base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight',
  ]);
  const sizes = [...tensors.values()].map(({ values }) => values.length);
  const trained = sizes.reduce((sum, size) => sum + size, 0);
  const [gradient] = policy.replay[0]?.gradients ?? [];
  const stored = await readSafetensors(join(await folderOf(gradient as ArtifactRef), 'gradient.safetensors'));
  expect(stored.get('gradient')?.shape).toEqual([trained]);
  const moments = await readSafetensors(join(snapshot, 'optimizer.safetensors'));
  expect(moments.size).toBe(2 * tensors.size);
  const start = await folderOf(run.start.policy.base);
  expect(await readAdapterOrigin(snapshot)).toEqual(await readAdapterOrigin(start));
  expect(readFileSync(join(snapshot, 'adapter_config.json'))).toEqual(readFileSync(join(start, 'adapter_config.json')));
});

it.each([
  { shards: 1, lora: { ...lora, dropout: 0.2 }, grpo: { innerIterations: 2, beta: 0.05 } },
  { shards: 2, lora: { ...lora, rsLora: true }, grpo: { beta: 0.05 } },
])('gives the same adapter rebuilt before every step as in one go: shards $shards', async (settings) => {
  const own = await openSmallRun(loraConfig({ policy: { lora: settings.lora } }));
  try {
    const config = loraConfig({ shards: settings.shards, grpo: settings.grpo, policy: { lora: settings.lora } });
    const states: RunState[] = [];
    for (const habits of [{}, { forgetful: true }]) {
      let state = own.start;
      for (let update = 1; update <= 2; update++) state = await nextUpdate(config, state, own.context, habits);
      states.push(state);
    }
    expect(states[1]).toEqual(states[0]);
    const weights = async () =>
      (await snapshotPolicy({ ...config, policy: (states[0] as RunState).policy }, own.context)).policy.snapshot;
    const whole = await weights();
    await releasePolicies();
    expect(await weights()).toEqual(whole);
  } finally {
    await own.close();
  }
});

it('goes on from a snapshot as if it had not been written', async () => {
  const config = loraConfig();
  const state = await train(config, 2);
  const { policy } = await snapshotPolicy({ ...config, policy: state.policy }, run.context);
  expect(policy).toMatchObject({ update: 2, replay: [] });
  const on = (from: PolicyState) => nextUpdate(config, { ...state, policy: from }, run.context);
  const [fromSnapshot, fromReplay] = [await on(policy), await on(state.policy)];
  expect(fromSnapshot.previous).toEqual(fromReplay.previous);
  expect(await snapshotOf(config, fromSnapshot.policy)).toEqual(await snapshotOf(config, fromReplay.policy));
});

it('agrees with the sampler to float noise, and learns', async () => {
  const config = loraConfig({ grpo: { optimizer: { learningRate: 0.01 } } });
  const state = await train(config, 3);
  expect(state.metrics['sampler_logprob_gap']).toBeLessThan(1e-4);
  const tensors = await readSafetensors(
    join(await folderOf(await snapshotOf(config, state.policy)), 'adapter_model.safetensors'),
  );
  const b = tensors.get('base_model.model.model.layers.0.mlp.up_proj.lora_B.weight')?.values ?? [];
  expect(Math.hypot(...b)).toBeGreaterThan(0.01);
});

describe('the reference of a KL penalty', () => {
  it('is the base without the adapter, in the same memory', async () => {
    const config = loraConfig({ grpo: { beta: 0.1 } });
    const { policy } = await train(config, 2);
    const origin = await readAdapterOrigin(await folderOf(policy.base));
    const base = await Policy.load(await folderOf(origin?.base as ArtifactRef));
    await withPolicy({ policy, settings: config }, run.context, async ({ policy: trained, reference }) => {
      const groups = [{ promptIds: [5, 6, 7], completions: [[8, 9, 10], [11]] }];
      const logProbsOf = (of: Pick<Policy, 'forward'>) =>
        Array.from(trained.tf.tidy(() => of.forward(trained.packGroups(groups), 1).logProbs.dataSync()));
      expect(logProbsOf(reference as Policy)).toEqual(logProbsOf(base));
      expect(logProbsOf(trained)).not.toEqual(logProbsOf(base));
      expect(reference?.bytes).toBe(0);
      const state = 2 * 4 * trained.trainable.parameterCount();
      expect(residentPolicies().bytes).toBeLessThan(base.bytes + 2 * state + 1);
    });
    base.dispose();
  });
});

describe('a folder to start from', () => {
  async function folderConfig(settings: Parameters<typeof smallConfig>[0] = {}): Promise<ExperimentConfig> {
    const origin = await readAdapterOrigin(await folderOf(run.start.policy.base));
    const folder = await folderOf(origin?.base as ArtifactRef);
    return loraConfig({ ...settings, policy: { folder, ...settings.policy } });
  }

  it('stays as it is while pairs teach the adapter', async () => {
    const config = await folderConfig({ warmStart: { pairs: 'grammar' } });
    const { checkpoint, model, metrics } = await warmStarted(config);
    const origin = await readAdapterOrigin(await folderOf(run.start.policy.base));
    expect(model).toEqual(origin?.base);
    expect(metrics['warm_start/loss']).toBeGreaterThan(0);
    const policy = await loadPolicy(await folderOf(checkpoint), { threads: 2 }, run.context.artifacts);
    expect(policy.adapter?.isFresh()).toBe(false);
    expect(JSON.parse(readFileSync(join(await folderOf(checkpoint), 'adapter_config.json'), 'utf8'))).toMatchObject({
      base_model_name_or_path: config.policy.folder,
      target_modules: ['q_proj', 'up_proj', 'v_proj'],
    });
    policy.dispose();
    // the reference is then the policy before GRPO: the base with that adapter
    const withBeta = { ...config, grpo: { ...config.grpo, beta: 0.1 } };
    const state = startOf(run.start.prepared, checkpoint);
    await withPolicy(
      { policy: state.policy, settings: withBeta },
      run.context,
      async ({ policy: before, reference }) => {
        const batch = before.packGroups([{ promptIds: [5, 6], completions: [[8, 9, 10]] }]);
        const values = (of: Pick<Policy, 'forward'>) =>
          before.tf.tidy(() => Array.from(of.forward(batch, 1).logProbs.dataSync()));
        expect(values(reference as Policy)).toEqual(values(before));
      },
    );
  });

  it('goes on with an adapter, and refuses settings that are not its own', async () => {
    const first = await warmStarted(await folderConfig({ warmStart: { pairs: 'grammar' } }));
    const adapter = await folderOf(first.checkpoint);
    const again = await warmStarted(await folderConfig({ policy: { lora: { adapter } } }));
    const weights = (folder: string) => readFileSync(join(folder, 'adapter_model.safetensors'));
    expect(weights(await folderOf(again.checkpoint))).toEqual(weights(adapter));
    await expect(warmStarted(await folderConfig({ policy: { lora: { adapter, rank: 4 } } }))).rejects.toThrow(
      'policy.lora.rank is 4; the adapter in',
    );
    await expect(warmStarted(await folderConfig({ policy: { lora: { adapter: scratch } } }))).rejects.toThrow(
      'no adapter in',
    );
  });

  it('with an adapter in it is that model with the adapter merged', async () => {
    const first = await warmStarted(await folderConfig({ warmStart: { pairs: 'grammar' } }));
    const folder = await folderOf(first.checkpoint);
    const { checkpoint, model } = await warmStarted(smallConfig({ policy: { folder } }));
    expect(model).toBeUndefined();
    const [merged, apart] = [
      await Policy.load(await folderOf(checkpoint)),
      await loadPolicy(folder, { threads: 2 }, run.context.artifacts),
    ];
    const [one, other] = [await merged.score([5, 6, 7, 8]), await apart.score([5, 6, 7, 8])];
    one.forEach((value, i) => expect(value).toBeCloseTo(other[i] as number, 4));
    merged.dispose();
    apart.dispose();
  });

  it('is loaded by name or says that its base is not here', async () => {
    const start = await folderOf(run.start.policy.base);
    await expect(loadPolicy(start, { threads: 2 }, { has: async () => false, path: folderOf })).rejects.toThrow(
      'the base of this adapter',
    );
  });
});

it('trains on pairs in micro-batches as on whole batches', async () => {
  const weights = async (memory: { microBatchTokens?: number; gradientCheckpointing?: boolean } = {}) => {
    const { checkpoint, metrics } = await warmStarted(smallConfig({ warmStart: { steps: 3, ...memory } }));
    const tensors = await readSafetensors(join(await folderOf(checkpoint), 'model.safetensors'));
    return { values: [...tensors.values()].flatMap(({ values }) => Array.from(values)), metrics };
  };
  const [whole, parts] = [await weights(), await weights({ microBatchTokens: 120 })];
  expect(parts.values).not.toEqual(whole.values);
  const largest = whole.values.reduce((most, value, i) => Math.max(most, Math.abs(value - (parts.values[i] ?? 0))), 0);
  // Adam divides by the root of small squares, so that rounding may turn the sign of a step of 0.01
  expect(largest).toBeLessThan(0.02);
  expect(await weights({ gradientCheckpointing: true })).toEqual(whole);
  expect(parts.metrics['warm_start/loss']).toBeCloseTo(whole.metrics['warm_start/loss'] as number, 3);
});
