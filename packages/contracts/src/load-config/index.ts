/** Reads an experiment config from a YAML file. Apart from the rest of contracts because workflows must not touch files. */
import { ExperimentConfig } from '../experiment-config.ts';
import { UserError } from '../user-error.ts';
import { checkSource } from './check-source.ts';
import { ConfigSource } from './config-source.ts';

export { describeParameters, readSweepFile, type SweepFile } from './read-sweep-file.ts';

export interface ConfigOverrides {
  /** "dotted.path=value" each, as `--set` takes them; later ones win. */
  set?: readonly string[];
  /** As `--seed` gives it. */
  seed?: string | number | undefined;
}

/**
 * Reads, overrides and checks a config; every default is filled in.
 * @throws UserError that lists every unknown key and bad value with its place, field, value and what is allowed.
 */
export function loadConfig(file: string, overrides: ConfigOverrides = {}): ExperimentConfig {
  return checked(new ConfigSource(file), overrides);
}

/** A config that a run was begun with, changed and checked as loadConfig does. */
export function overrideConfig(config: ExperimentConfig, overrides: ConfigOverrides): ExperimentConfig {
  return checked(new ConfigSource('the stored config', JSON.stringify(config)), overrides);
}

function checked(source: ConfigSource, { set = [], seed }: ConfigOverrides): ExperimentConfig {
  for (const assignment of set) {
    const equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new UserError({
        message: `--set ${assignment}: not of the form key=value`,
        field: '--set',
        hint: 'Example: --set grpo.updates=5',
      });
    }
    source.set(assignment.slice(0, equals).trim(), assignment.slice(equals + 1).trim(), `--set ${assignment}`);
  }
  if (seed !== undefined) source.set('seed', String(seed), `--seed ${seed}`);

  return checkSource(source, ExperimentConfig, 'docs/config.md');
}
