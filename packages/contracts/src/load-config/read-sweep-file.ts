/** Reads a sweep config from a YAML file, with the experiment it varies. */
import { dirname, relative, resolve } from 'node:path';
import { ExperimentConfig } from '../experiment-config.ts';
import { hidePassword } from '../hide-password.ts';
import { type Scalar, SweepConfig } from '../sweep-config.ts';
import { UserError } from '../user-error.ts';
import { checkSource } from './check-source.ts';
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
  const source = new ConfigSource(file);
  const settings = checkSource(source, SweepConfig, 'docs/sweep-config.md');
  const mistake: SweepFile['mistake'] = (path, message, hint) =>
    new UserError({ message: `${source.placeOf(path)}: ${path.join('.')}: ${message}`, field: path.join('.'), hint });
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

  const experiment = relative('.', resolve(dirname(file), settings.experiment));
  // Mistakes of the experiment are its own, whatever the sweep sets.
  checkSource(openExperiment(experiment, mistake), ExperimentConfig, 'docs/config.md');
  const configOf: SweepFile['configOf'] = (parameters) => {
    const config = new ConfigSource(experiment);
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
      const { message, field, hint } = error;
      throw new UserError({
        message: `the trial with ${describeParameters(parameters)} is no valid experiment: ${message}`,
        ...(field && { field }),
        ...(hint && { hint }),
      });
    }
  };
  return { settings, configOf, mistake };
}

/** E.g. "grpo.beta = 0.1, grpo.lossType = grpo". */
export function describeParameters(parameters: Record<string, Scalar>): string {
  const parts = Object.entries(parameters).map(([name, value]) => `${name} = ${hidePassword(String(value))}`);
  return parts.length === 0 ? 'the settings as they are' : parts.join(', ');
}

function openExperiment(file: string, mistake: SweepFile['mistake']): ConfigSource {
  try {
    return new ConfigSource(file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw mistake(['experiment'], error.message, 'The path is relative to the sweep file.');
  }
}
