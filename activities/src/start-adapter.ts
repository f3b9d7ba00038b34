/** The adapter that a run with `policy.lora` begins with: a fresh one, or one of a folder to go on from. */
import { type ArtifactRef, type LoraConfig, type StepContext, UserError } from '@queryloop/contracts';
import { writeAdapterOrigin } from '@queryloop/contracts/adapter-origin';
import type { Policy } from '@queryloop/policy';
import { locateAdapter } from './policy-folder.ts';
import { copyChatTemplate } from './policy-text.ts';

const NAME = 'default';

/** Adds it to a policy and uses it. `base` is what PEFT users load the model by. Throws UserError for a folder that does not fit. */
export async function useStartAdapter(
  policy: Policy,
  lora: LoraConfig,
  { seed, base }: { seed: number; base: string },
): Promise<void> {
  if (lora.adapter === undefined) {
    policy.addAdapter(NAME, { ...lora, seed, base });
  } else {
    await policy.loadAdapter(NAME, locateAdapter(lora.adapter), seed);
  }
  policy.useAdapter(NAME);
  checkStated(policy, lora);
}

/** Throws UserError where the config says otherwise than the adapter of a folder. */
function checkStated(policy: Policy, lora: LoraConfig): void {
  const found = policy.adapter?.config;
  for (const field of ['rank', 'alpha', 'dropout', 'rsLora'] as const) {
    const stated = lora[field];
    if (stated === undefined || found === undefined || stated === found[field]) continue;
    throw new UserError({
      message: `policy.lora.${field} is ${stated}; the adapter in ${lora.adapter} has ${found[field]}`,
      field: `policy.lora.${field}`,
      hint: 'Leave the field out, or start without policy.lora.adapter.',
    });
  }
}

/** Where a checkpoint lies from a folder with the default store in it: a path that does not depend on the machine. */
export function storedModel({ kind, hash }: ArtifactRef): string {
  return `.queryloop/artifacts/${kind}/${hash.slice(0, 2)}/${hash}`;
}

/** Stores the adapter in use as a checkpoint over the model in `base`. */
export function storeStartAdapter(
  policy: Policy,
  base: ArtifactRef,
  seed: number,
  { artifacts }: StepContext,
): Promise<ArtifactRef> {
  return artifacts.putFolder('checkpoint', async (target) => {
    await policy.save(target);
    await copyChatTemplate(await artifacts.path(base), target);
    await writeAdapterOrigin(target, { base, seed });
  });
}
