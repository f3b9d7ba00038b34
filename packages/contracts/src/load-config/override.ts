/** Sets single fields of a config, as `--set` and `--seed` do, and checks the whole. */
import type { ExperimentConfig } from '../experiment-config.ts';
import { UserError } from '../user-error.ts';
import { checkExperiment } from './check-experiment.ts';
import type { ConfigSource } from './config-source.ts';

export interface ConfigOverrides {
  /** "dotted.path=value" each, as `--set` takes them; later ones win. */
  set?: readonly string[];
  /** As `--seed` gives it. */
  seed?: string | number | undefined;
}

/** Throws UserError that lists every mistake. */
export function checkOverridden(source: ConfigSource, { set = [], seed }: ConfigOverrides): ExperimentConfig {
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
  return checkExperiment(source);
}
