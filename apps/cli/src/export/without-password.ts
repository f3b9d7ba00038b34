/** Keeps the password of a run's database out of what is handed on. */
import type { ExperimentConfig } from '@queryloop/contracts';

/** Stands in an address where the password was. */
export const hiddenPassword = '…';

/** A config as others may see it. */
export function withoutPassword(config: ExperimentConfig): ExperimentConfig {
  return { ...config, database: config.database.replace(/^(\w+:\/\/[^:@/]*):.*@/, `$1:${hiddenPassword}@`) };
}
