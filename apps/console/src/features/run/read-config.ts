/** The config of a run as YAML, and in what it differs from the defaults or from another run. */
import { configChanges, ExperimentConfig, hidePassword } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import { stringify } from 'yaml';
import type { RunConfig } from './artifact-schemas.ts';
import { knownRun } from './read.ts';

/** Throws ApiProblem (404) when the run to compare with is not known. */
export async function readConfig(store: Store, run: StoredRun, against?: string): Promise<RunConfig> {
  const other = against === undefined ? null : await knownRun(store, against);
  const config = shownConfig(run.config);
  const from = other === null ? ExperimentConfig.parse({}) : shownConfig(other.config);
  return {
    yaml: stringify(config),
    config,
    against: { id: other?.id ?? null, label: other === null ? 'the defaults' : `${other.name}, seed ${other.seed}` },
    differences: configChanges(from, config),
  };
}

/** Without the password of its database. */
export function shownConfig(config: ExperimentConfig): ExperimentConfig {
  return { ...config, database: hidePassword(config.database) };
}
