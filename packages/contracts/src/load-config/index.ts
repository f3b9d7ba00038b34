/** Reads an experiment config from a YAML file. Apart from the rest of contracts because workflows must not touch files. */
import type { ExperimentConfig } from '../experiment-config.ts';
import { ConfigSource } from './config-source.ts';
import { type ConfigOverrides, checkOverridden } from './override.ts';

export { type CheckedConfig, checkConfigText, mostConfigCharacters, requireShort } from './check-config-text.ts';
export { type ConfigIssue, issuesOf } from './config-error.ts';
export type { ConfigOverrides } from './override.ts';
export { describeParameters, readSweepFile, readSweepText, type SweepFile } from './read-sweep-file.ts';
export { isTableFile, readTableFile, type TableFile } from './read-table-file.ts';
export { type PinnedModule, requirePinned, requirePinnedModules } from './reward-modules.ts';

/**
 * Reads, overrides and checks a config; every default is filled in.
 * @throws UserError that lists every unknown key and bad value with its place, field, value and what is allowed.
 */
export function loadConfig(file: string, overrides: ConfigOverrides = {}): ExperimentConfig {
  return checkOverridden(new ConfigSource(file), overrides);
}

/** A config that a run was begun with, changed and checked as loadConfig does. */
export function overrideConfig(config: ExperimentConfig, overrides: ConfigOverrides): ExperimentConfig {
  return checkOverridden(new ConfigSource('the stored config', JSON.stringify(config)), overrides);
}
