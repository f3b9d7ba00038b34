/** Keeps the password of a run's database out of what is handed on. */
import { type ExperimentConfig, hidePassword } from '@queryloop/contracts';

/** A config as others may see it. */
export function withoutPassword(config: ExperimentConfig): ExperimentConfig {
  return { ...config, database: hidePassword(config.database) };
}
