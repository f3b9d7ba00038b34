/**
 * Loads the checkpoints of make_checkpoints.py and saves them into a folder each, for transformers to load:
 *
 *   node test/golden/save-checkpoints.ts <folder>
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Policy } from '@queryloop/policy';

const checkpoints = fileURLToPath(new URL('fixtures/architectures', import.meta.url));

/** @returns the names of the folders written to `target` */
export async function saveCheckpoints(target: string): Promise<string[]> {
  const names = readdirSync(checkpoints);
  for (const name of names) {
    const policy = await Policy.load(join(checkpoints, name));
    await policy.save(join(target, name));
    policy.dispose();
  }
  return names;
}

if (import.meta.filename === process.argv[1]) await saveCheckpoints(process.argv[2] ?? 'saved');
