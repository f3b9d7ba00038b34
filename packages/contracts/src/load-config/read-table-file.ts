/** Reads a table config from a YAML file, with the experiment it varies. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import type { ExperimentConfig } from '../experiment-config.ts';
import { TableConfig, type TableVariant } from '../table-config.ts';
import { checkSource } from './check-source.ts';
import { ConfigSource } from './config-source.ts';
import { requireFields, type VariedExperiment, varyExperiment } from './varied-experiment.ts';

export interface TableFile extends Pick<VariedExperiment, 'mistake'> {
  settings: TableConfig;
  /** The experiment as it is, with what the table sets. */
  experiment: ExperimentConfig;
  /** The same with what a variant sets. Throws UserError naming them. */
  configOf(variant: TableVariant): ExperimentConfig;
  /** The Markdown file of the report. */
  report: string;
}

/** Whether a YAML file is a table rather than an experiment. What cannot be read is neither. */
export function isTableFile(file: string): boolean {
  try {
    const values: unknown = parse(readFileSync(file, 'utf8'));
    return typeof values === 'object' && values !== null && 'variants' in values;
  } catch {
    return false;
  }
}

/** Throws UserError that names every unknown field and bad value with its place, value and what is allowed. */
export function readTableFile(file: string): TableFile {
  const source = new ConfigSource(file);
  const settings = checkSource(source, TableConfig, 'docs/table-config.md');
  const beside = (path: string): string => relative('.', resolve(dirname(file), path));
  const varied = varyExperiment(source, settings.experiment, {
    open: (experiment) => new ConfigSource(beside(experiment)),
    hint: 'The path is relative to the table file.',
  });
  const { mistake } = varied;
  const set = { path: ['set'], values: settings.set };
  const ofVariant = ({ set: values }: TableVariant, at: number) => ({ path: ['variants', at, 'set'], values });
  requireFields(varied, set);
  for (const [at, variant] of settings.variants.entries()) {
    const own = ofVariant(variant, at);
    requireFields(varied, own);
    const both = Object.keys(settings.set).find((name) => name in variant.set);
    if (both !== undefined)
      throw mistake([...own.path, both], 'stands under "set" of the table too', 'Leave it out of one of the two.');
  }
  return {
    settings,
    mistake,
    experiment: varied.configOf([set], 'the experiment with what the table sets'),
    configOf: (variant) =>
      varied.configOf([set, ofVariant(variant, settings.variants.indexOf(variant))], `the variant "${variant.name}"`),
    report: beside(settings.report),
  };
}
