/** A policy folder from outside any run, as a state that steps take. */
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArtifactRef, basePolicy, type PolicyState, type StepContext } from '@queryloop/contracts';
import { readAdapterOrigin, writeAdapterOrigin } from '@queryloop/contracts/adapter-origin';
import { findBase, isAdapterFolder } from '@queryloop/policy';

/** What prompts are written with; adapters often come without. */
const promptFiles = ['tokenizer_config.json', 'chat_template.jinja'];

/**
 * Stores a folder, and with an adapter its base, so that all that results depend on is known by content. Throws UserError for an adapter
 * whose base is not here.
 */
export async function importPolicy(
  folder: string,
  { artifacts }: Pick<StepContext, 'artifacts'>,
): Promise<PolicyState> {
  const store = (from: string) =>
    artifacts.putFolder('checkpoint', (target) => cp(from, target, { recursive: true, dereference: true }));
  if (!isAdapterFolder(folder)) return basePolicy(await store(folder));
  const origin = await readAdapterOrigin(folder);
  const known = origin !== null && (await artifacts.has(origin.base));
  const base: ArtifactRef = known ? origin.base : await store(await findBase(folder));
  const model = await artifacts.path(base);
  const adapter = await artifacts.putFolder('checkpoint', async (target) => {
    await cp(folder, target, { recursive: true, dereference: true });
    for (const file of promptFiles)
      if (!existsSync(join(target, file)) && existsSync(join(model, file)))
        await cp(join(model, file), join(target, file));
    await writeAdapterOrigin(target, { base, seed: origin?.seed ?? 0 });
  });
  return basePolicy(adapter);
}
