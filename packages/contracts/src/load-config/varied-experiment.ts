/** An experiment that another file names and sets fields of: a sweep, or a table. */
import type { ExperimentConfig } from '../experiment-config.ts';
import { UserError } from '../user-error.ts';
import { checkExperiment } from './check-experiment.ts';
import { ConfigError } from './config-error.ts';
import type { ConfigSource } from './config-source.ts';
import { fieldProblem } from './experiment-fields.ts';

type Path = (string | number)[];

/** Fields (dotted) with their values, and where in the file they stand. */
export interface FieldsSet {
  path: Path;
  values: Record<string, unknown>;
}

export interface VariedExperiment {
  /** The experiment with fields set, in their order. Throws UserError that names `described` and the field. */
  configOf(sets: readonly FieldsSet[], described: string): ExperimentConfig;
  /** A mistake at a field of the file, to be thrown. */
  mistake(path: Path, message: string, hint: string): UserError;
}

/** `source`: the file, with the experiment's name in its field `experiment`; `open` reads it; `hint`: what to do when it is not there. */
export function varyExperiment(
  source: ConfigSource,
  experimentName: string,
  { open, hint: missing }: { open(experiment: string): ConfigSource; hint: string },
): VariedExperiment {
  const mistake: VariedExperiment['mistake'] = (path, message, hint) => {
    const field = path.join('.');
    const issue = { path: field, message, hint, ...source.positionOf(path) };
    return new ConfigError({ message: `${source.placeOf(path)}: ${field}: ${message}`, field, hint }, [issue]);
  };
  const experiment = (): ConfigSource => {
    try {
      return open(experimentName);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw mistake(['experiment'], error.message, missing);
    }
  };
  /** What is wrong with an experiment, as a mistake of the file. */
  const wrong = (error: UserError, message: string, path: Path): ConfigError => {
    const { field, hint } = error;
    const issue = { path: path.join('.'), message, ...(hint && { hint }), ...source.positionOf(path) };
    return new ConfigError({ message, ...(field && { field }), ...(hint && { hint }) }, [issue]);
  };
  const base = experiment();
  try {
    // Mistakes of the experiment are its own, whatever is set over it.
    checkExperiment(base);
  } catch (error) {
    throw error instanceof UserError ? wrong(error, error.message, ['experiment']) : error;
  }
  return {
    mistake,
    configOf: (sets, described) => {
      const config = experiment();
      for (const { path, values } of sets)
        for (const [name, value] of Object.entries(values)) config.assign(name, value, source.placeOf([...path, name]));
      try {
        return checkExperiment(config);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const { field = '', message } = error;
        const set = sets.findLast(({ values }) => field in values);
        throw wrong(error, `${described} is no valid experiment: ${message}`, set ? [...set.path, field] : []);
      }
    },
  };
}

/** Throws the mistake of a name that is no field of the experiment, or none that may be set. */
export function requireFields({ mistake }: Pick<VariedExperiment, 'mistake'>, { path, values }: FieldsSet): void {
  for (const name of Object.keys(values)) {
    const problem = fieldProblem(name);
    if (problem !== undefined)
      throw mistake([...path, name], problem, 'Fields are written with dots, such as grpo.optimizer.learningRate.');
  }
}
