/**
 * What LoRA saves and costs beside training all weights, in one process and in turns:
 *
 *   node test/bench/policy/measure-lora.ts [small|135m] [rounds] [prompts]
 *
 * Seconds are of processor time, all threads together, the least of the rounds: other work on the machine does not count.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OptimizerConfig } from '@queryloop/contracts';
import { AdamW, type Policy } from '@queryloop/policy';
import type { Scalar } from '@tensorflow/tfjs';
import { timed } from '../measure.ts';
import { randomPolicy } from './random-policy.ts';
import { type ShapeName, shapes, textOf, type Workload, workloads } from './workload.ts';

const [name = 'small', rounds = '3', asked] = process.argv.slice(2);
const shape = shapes[name as ShapeName];
const [work] = workloads([name as ShapeName], 64) as [Workload];
const { group, promptTokens, completionTokens } = work;
const prompts = asked ?? String(work.prompts);
const ids = (length: number, key: number) => textOf(length, key, work.shape);

async function kept(policy: Policy, optimizer: AdamW): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'lora-'));
  await policy.save(folder);
  await optimizer.save(folder);
  const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  rmSync(folder, { recursive: true });
  return bytes;
}

const full = await randomPolicy(shape);
const lora = await randomPolicy(shape);
lora.addAdapter('default', { seed: 1, base: null });
lora.useAdapter('default');
const subjects = [full, lora].map((policy) => ({
  policy,
  optimizer: new AdamW(policy.trainable, OptimizerConfig.parse({ learningRate: 1e-6 })),
  update: Number.POSITIVE_INFINITY,
  rollout: Number.POSITIVE_INFINITY,
}));
const request = {
  groups: Array.from({ length: Number(prompts) }, (_, key) => ({
    promptIds: ids(promptTokens, key),
    samples: group,
    key: [key],
  })),
  maxTokens: completionTokens,
  temperature: 1,
  seedKey: [1],
};
let applied = Number.POSITIVE_INFINITY;
for (let round = 0; round <= Number(rounds); round++) {
  for (const subject of subjects) {
    const { policy, optimizer } = subject;
    const { tf } = policy;
    const batch = policy.packGroups(
      Array.from({ length: Number(prompts) }, (_, g) => ({
        promptIds: ids(promptTokens, g),
        completions: Array.from({ length: group }, (_, c) => ids(completionTokens, 100 + 8 * g + c)),
      })),
    );
    const loss = () => tf.neg(tf.mean(policy.forward(batch, 1, { entropyGradient: false }).logProbs)) as Scalar;
    const update = (await timed(() => optimizer.step(loss, 100))).cpuSeconds;
    const rollout = (await timed(() => policy.generate(request))).cpuSeconds;
    if (round === 0) continue;
    subject.update = Math.min(subject.update, update);
    subject.rollout = Math.min(subject.rollout, rollout);
  }
  // the same with the low-rank path beside every projection of a decoding step
  const { adapters } = lora as unknown as { adapters: { mergedView(model: unknown): unknown } };
  const { mergedView } = adapters;
  adapters.mergedView = (model) => ({ model, release: () => undefined });
  const { cpuSeconds } = await timed(() => lora.generate(request));
  adapters.mergedView = mergedView;
  if (round > 0) applied = Math.min(applied, cpuSeconds);
}
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
for (const [i, { policy, optimizer, update, rollout }] of subjects.entries()) {
  const parts = [
    `${policy.trainable.parameterCount()} trained weights`,
    `optimizer ${megabytes(optimizer.bytes)}`,
    `snapshot ${megabytes(await kept(policy, optimizer))}`,
    `update ${update.toFixed(2)} s`,
    `rollout ${rollout.toFixed(2)} s`,
  ];
  console.log(`${i === 0 ? 'all weights' : 'LoRA       '}  ${parts.join(', ')}`);
}
console.log(`LoRA applied in every decoding step rather than merged once: rollout ${applied.toFixed(2)} s`);
