/** Reads a sweep config from a YAML file or text, with the experiment it varies. */
import { dirname, relative, resolve } from 'node:path';
import type { ExperimentConfig } from '../experiment-config.ts';
import { hidePassword } from '../hide-password.ts';
import { type Scalar, SweepConfig } from '../sweep-config.ts';
import type { UserError } from '../user-error.ts';
import { checkSource } from './check-source.ts';
import { ConfigSource } from './config-source.ts';
import { requireFields, varyExperiment } from './varied-experiment.ts';

export interface SweepFile {
  settings: SweepConfig;
  /** The experiment with what the sweep sets and these parameters; throws UserError naming them. */
  configOf(parameters: Record<string, Scalar>): ExperimentConfig;
  /** A mistake at a field of the file, to be thrown. */
  mistake(path: (string | number)[], message: string, hint: string): UserError;
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
  const varied = varyExperiment(source, settings.experiment, experiments);
  const { mistake } = varied;
  const set = { path: ['set'], values: settings.set };
  requireFields(varied, set);
  requireFields(varied, { path: ['parameters'], values: settings.parameters });
  const both = Object.keys(settings.set).find((name) => name in settings.parameters);
  if (both !== undefined)
    throw mistake(['set', both], 'stands under parameters too', 'Leave it out of one of the two.');
  const configOf: SweepFile['configOf'] = (parameters) =>
    varied.configOf(
      [set, { path: ['parameters'], values: parameters }],
      `the trial with ${describeParameters(parameters)}`,
    );
  return { settings, configOf, mistake };
}

/** E.g. "grpo.beta = 0.1, grpo.lossType = grpo". */
export function describeParameters(parameters: Record<string, Scalar>): string {
  const parts = Object.entries(parameters).map(([name, value]) => `${name} = ${hidePassword(String(value))}`);
  return parts.length === 0 ? 'the settings as they are' : parts.join(', ');
}
