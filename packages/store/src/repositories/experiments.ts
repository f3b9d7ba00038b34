/** Experiments: configs without their seed, so that runs that differ in seed only stand together. */
import { createHash } from 'node:crypto';
import type { ExperimentConfig } from '@queryloop/contracts';
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';

/** Finds or makes the experiment of a config; its id. */
export async function experimentOf(database: Database, { seed: _, ...settings }: ExperimentConfig): Promise<string> {
  const config = canonicalJson(settings);
  const hash = createHash('sha256').update(config).digest('hex');
  const find = () => database.experiment.findUnique({ where: { hash }, select: { id: true } });
  const found = await find();
  if (found !== null) return found.id;
  try {
    return (await database.experiment.create({ data: { hash, config, name: settings.name } })).id;
  } catch (error) {
    // Another process made it in between.
    const made = await find();
    if (made === null) throw error;
    return made.id;
  }
}
