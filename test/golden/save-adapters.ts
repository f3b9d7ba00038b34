/**
 * Loads the adapters of make_adapters.py and saves them again, makes one of each kind anew, and writes what they compute beside them, for
 * PEFT to load:
 *
 *   node test/golden/save-adapters.ts <folder>
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyedUniform, Policy } from '@queryloop/policy';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const input_ids = [5, 17, 60, 3, 101, 44, 150];

/** Adapters that Queryloop makes. */
const made = {
  'made-all': { base: 'llama-llama3', rank: 4, alpha: 8 },
  'made-rslora': { base: 'qwen2', rank: 5, alpha: 4, rsLora: true, targets: ['o_proj', 'gate_proj'] },
} as const;

/** The base, of make_checkpoints.py, that an adapter of make_adapters.py is over. */
export function baseOf(name: string): string {
  const config = JSON.parse(readFileSync(join(fixtures, 'adapters', name, 'adapter_config.json'), 'utf8'));
  return join(fixtures, 'architectures', basename(config.base_model_name_or_path));
}

/** @returns the names of the folders written to `target` */
export async function saveAdapters(target: string): Promise<string[]> {
  mkdirSync(target, { recursive: true });
  const names: string[] = [];
  const save = async (name: string, base: string, policy: Policy) => {
    await policy.save(join(target, name));
    const last_logits = Array.from(await policy.lastLogits(input_ids));
    writeFileSync(join(target, `${name}.json`), JSON.stringify({ base: basename(base), input_ids, last_logits }));
    policy.dispose();
    names.push(name);
  };
  for (const name of readdirSync(join(fixtures, 'adapters'))) {
    const base = baseOf(name);
    await save(name, base, await Policy.load(join(fixtures, 'adapters', name), { base }));
  }
  for (const [name, { base, ...settings }] of Object.entries(made)) {
    const policy = await Policy.load(join(fixtures, 'architectures', base));
    policy.addAdapter('any', {
      ...settings,
      targets: 'targets' in settings ? [...settings.targets] : undefined,
      seed: 7,
      base: `test/golden/fixtures/architectures/${base}`,
    });
    policy.useAdapter('any');
    const count = policy.trainable.parameterCount();
    const { tf } = policy;
    policy.trainable.replaceWeights(
      tf.tensor1d(Float32Array.from({ length: count }, (_, i) => 0.2 * (2 * keyedUniform([1, i]) - 1))),
    );
    await save(name, base, policy);
  }
  return names;
}

if (import.meta.filename === process.argv[1]) await saveAdapters(process.argv[2] ?? 'saved');
