/** Reads a sweep config from a YAML file or text, with the experiment it varies. */
import { dirname, relative, resolve } from 'node:path';
import { ExperimentConfig } from '../experiment-config.ts';
import { hidePassword } from '../hide-password.ts';
import { type Scalar, SweepConfig } from '../sweep-config.ts';
import { UserError } from '../user-error.ts';
import { checkSource } from './check-source.ts';
import { ConfigError } from './config-error.ts';
import { ConfigSource } from './config-source.ts';
import { fieldProblem } from './experiment-fields.ts';

export interface SweepFile {
  settings: SweepConfig;
  /** The experiment with what the sweep sets and these parameters; throws UserError naming them. */
  configOf(parameters: Record<string, Scalar>): ExperimentConfig;
  /** A mistake at a field of the file, to be thrown. */
  mistake(path: string[], message: string, hint: string): UserError;
}

/** Throws UserError that names every unknown field and bad value with its place, value and what is allowed. */
export function readSweepFile(file: string): SweepFile {
  return readSweep(new ConfigSource(file), {
    open: (experiment) => new ConfigSource(relative('.', resolve(dirname(file), experiment))),
    hint: 'The path is relative to the sweep file.',
  });
}

/**
 * The same of a text that is no file. `experimentText` gives the text of the experiment that `experiment` names, and throws
 * UserError for one that may not be read.
 */
export function readSweepText(text: string, experimentText: (experiment: string) => string): SweepFile {
  return readSweep(new ConfigSource('sweep', text), {
    open: (experiment) => new ConfigSource(experiment, experimentText(experiment)),
    hint: 'Name one of the experiments that are there.',
  });
}

/** `hint`: what to do about an experiment that is not there. */
function readSweep(
  source: ConfigSource,
  experiments: { open(experiment: string): ConfigSource; hint: string },
): SweepFile {
  const settings = checkSource(source, SweepConfig, 'docs/sweep-config.md');
  const mistake: SweepFile['mistake'] = (path, message, hint) => {
    const field = path.join('.');
    const issue = { path: field, message, hint, ...source.positionOf(path) };
    return new ConfigError({ message: `${source.placeOf(path)}: ${field}: ${message}`, field, hint }, [issue]);
  };
  for (const group of ['set', 'parameters'] as const) {
    for (const name of Object.keys(settings[group])) {
      const problem = fieldProblem(name);
      if (problem !== undefined)
        throw mistake([group, name], problem, 'Fields are written with dots, such as grpo.optimizer.learningRate.');
    }
  }
  const both = Object.keys(settings.set).find((name) => name in settings.parameters);
  if (both !== undefined)
    throw mistake(['set', both], 'stands under parameters too', 'Leave it out of one of the two.');

  const experiment = (): ConfigSource => {
    try {
      return experiments.open(settings.experiment);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw mistake(['experiment'], error.message, experiments.hint);
    }
  };
  /** What is wrong with an experiment, as a mistake of the sweep's file. */
  const wrong = (error: UserError, message: string, path: string[]): ConfigError => {
    const { field, hint } = error;
    const issue = { path: path.join('.'), message, ...(hint && { hint }), ...source.positionOf(path) };
    return new ConfigError({ message, ...(field && { field }), ...(hint && { hint }) }, [issue]);
  };
  const base = experiment();
  try {
    // Mistakes of the experiment are its own, whatever the sweep sets.
    checkSource(base, ExperimentConfig, 'docs/config.md');
  } catch (error) {
    throw error instanceof UserError ? wrong(error, error.message, ['experiment']) : error;
  }
  const configOf: SweepFile['configOf'] = (parameters) => {
    const config = experiment();
    for (const [group, values] of [
      ['set', settings.set],
      ['parameters', parameters],
    ] as const) {
      for (const [name, value] of Object.entries(values)) config.assign(name, value, source.placeOf([group, name]));
    }
    try {
      return checkSource(config, ExperimentConfig, 'docs/config.md');
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { field = '', message } = error;
      const group = field in parameters ? ['parameters', field] : field in settings.set ? ['set', field] : [];
      const described = describeParameters(parameters);
      throw wrong(error, `the trial with ${described} is no valid experiment: ${message}`, group);
    }
  };
  return { settings, configOf, mistake };
}

/** E.g. "grpo.beta = 0.1, grpo.lossType = grpo". */
export function describeParameters(parameters: Record<string, Scalar>): string {
  const parts = Object.entries(parameters).map(([name, value]) => `${name} = ${hidePassword(String(value))}`);
  return parts.length === 0 ? 'the settings as they are' : parts.join(', ');
}
