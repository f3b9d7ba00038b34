/** The measuring process of the policy's bench: GRPO steps of one shape through the policy and the update that runs use. */
import {
  type ArtifactRef,
  GrpoConfig,
  type Rewards,
  type Rollout,
  RolloutConfig,
  type StepContext,
} from '@queryloop/contracts';
import { AdamW } from '@queryloop/policy';
import { applyUpdate } from '../../../activities/src/apply-update.ts';
import { answer, median, threads, timed } from '../measure.ts';
import { deviceInWords, matmulGflops } from './matmul-limit.ts';
import { type CallProfile, profileCalls } from './profile-calls.ts';
import { randomPolicy } from './random-policy.ts';
import { shapes, steps, textOf, type Workload } from './workload.ts';

/** A workload, and the micro-batches of its update where they are not the config's default. */
export interface MeasuredWork extends Workload {
  microBatchTokens?: number;
}

export interface StepSeconds {
  rollout: number;
  update: number;
  /** Rollout, rewards and update. */
  step: number;
  /** Where it was computed, in words. */
  device: string;
  /** Of one large matrix product in the same process. */
  matmulGflops: number;
  /** Most memory the process held. */
  peakBytes: number;
  /** Of one more step, whose calls are timed one by one. */
  profile: { rollout: CallProfile[]; update: CallProfile[] };
}

async function measure({ microBatchTokens, ...work }: MeasuredWork): Promise<StepSeconds> {
  const { prompts, group, promptTokens, completionTokens } = work;
  const policy = await randomPolicy(shapes[work.shape]);
  const rollout = RolloutConfig.parse({ promptsPerUpdate: prompts, groupSize: group, maxTokens: completionTokens });
  const grpo = GrpoConfig.parse({ beta: 0, microBatchTokens, optimizer: { learningRate: 1e-6 } });
  const optimizer = new AdamW(policy, grpo.optimizer);
  const promptIds = Array.from({ length: prompts }, (_, i) => textOf(promptTokens, i, work.shape));
  const seconds: Record<'rollout' | 'update' | 'step', number>[] = [];
  const gflops: number[] = [];
  const sample = (step: number) =>
    policy.generate({
      groups: promptIds.map((ids, key) => ({ promptIds: ids, samples: group, key: [key] })),
      maxTokens: completionTokens,
      temperature: 1,
      seedKey: [step],
    });
  const update = (values: { rollout: Rollout; rewards: Rewards }) =>
    applyUpdate(
      { policy, optimizer, reference: null },
      [{ rollout: reference('rollout'), rewards: reference('rewards') }],
      { grpo, rollout, threads },
      contextOf(values),
    );
  let last: { rollout: Rollout; rewards: Rewards } | undefined;
  for (let step = 0; step <= steps; step++) {
    gflops.push(await matmulGflops(policy.tf));
    const sampled = await timed(() => sample(step));
    const rewarded = await timed((): { rollout: Rollout; rewards: Rewards } => ({
      rollout: {
        update: step + 1,
        groups: sampled.value.map(({ completions }, g) => ({
          prompt: String(g),
          promptIds: promptIds[g] ?? [],
          questions: [],
          completions: completions.map((completion) => ({ ...completion, text: '' })),
        })),
      },
      rewards: {
        update: step + 1,
        rewards: sampled.value.map(({ completions }) => completions.map((_, i) => i % 2)),
        solved: {},
        found: {},
      },
    }));
    const { rollout: written, rewards } = rewarded.value;
    if (written.groups.some(({ completions }) => completions.some(({ ids }) => ids.length !== completionTokens)))
      throw new Error('a completion ended early: the figures would not compare');
    last = { rollout: written, rewards };
    const updated = await timed(() => update({ rollout: written, rewards }));
    seconds.push({
      rollout: sampled.seconds,
      update: updated.seconds,
      step: sampled.seconds + rewarded.seconds + updated.seconds,
    });
  }
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const backend = policy.tf.backend() as unknown as { binding: Record<string, unknown> };
  const profile = {
    rollout: (await profileCalls(backend, () => sample(0))).profile,
    update: (await profileCalls(backend, () => update(last as { rollout: Rollout; rewards: Rewards }))).profile,
  };
  const ofPhase = (phase: 'rollout' | 'update' | 'step') => median(seconds.slice(1).map((each) => each[phase]));
  return {
    rollout: ofPhase('rollout'),
    update: ofPhase('update'),
    step: ofPhase('step'),
    device: deviceInWords(),
    matmulGflops: median(gflops),
    peakBytes,
    profile,
  };
}

function reference(kind: 'rollout' | 'rewards'): ArtifactRef {
  return { kind, hash: '0'.repeat(64), bytes: 0 };
}

/** A context whose artifacts are two values in memory: disks are measured with the platform. */
function contextOf(values: { rollout: Rollout; rewards: Rewards }): StepContext {
  const elsewhere = () => Promise.reject(new Error('the bench keeps a rollout and its rewards only'));
  return {
    artifacts: {
      getJson: <T>({ kind }: ArtifactRef) => Promise.resolve(values[kind as keyof typeof values] as T),
      putJson: elsewhere,
      putFolder: elsewhere,
      path: elsewhere,
      has: elsewhere,
      remove: elsewhere,
    },
    cacheFolder: '',
    progress: () => undefined,
    signal: new AbortController().signal,
  };
}

await answer(measure);
