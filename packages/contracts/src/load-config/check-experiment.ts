/** Checks what a file says as an experiment, and binds it to the files that belong to it. */
import { ExperimentConfig } from '../experiment-config.ts';
import { UserError } from '../user-error.ts';
import { checkSource } from './check-source.ts';
import { ConfigError } from './config-error.ts';
import type { ConfigSource } from './config-source.ts';
import { pinRewardModules } from './reward-modules.ts';

/** The checked config, its reward modules bound to their content. Throws UserError that lists every problem. */
export function checkExperiment(source: ConfigSource): ExperimentConfig {
  const config = checkSource(source, ExperimentConfig, 'docs/config.md');
  try {
    return pinRewardModules(config);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint, field = '' } = error;
    const path = field.split('.');
    const issue = { path: field, message, ...(hint && { hint }), ...source.positionOf(path) };
    throw new ConfigError({ message: `${source.placeOf(path)}: ${message}`, field, ...(hint && { hint }) }, [issue]);
  }
}
