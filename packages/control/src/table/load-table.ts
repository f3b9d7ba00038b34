/** Reads a table file and makes its runs: for each variant a sweep of one trial, so that variants come and go without touching each other. */
import {
  type ExperimentConfig,
  type Scalar,
  SweepConfig,
  type SweepInput,
  type TableVariant,
} from '@queryloop/contracts';
import { readTableFile, type TableFile } from '@queryloop/contracts/load-config';
import { sweepIdOf, trialId } from '../sweep/trial-id.ts';

export interface PlannedVariant {
  name: string;
  what: string | undefined;
  /** What it sets, beside what the table sets. */
  set: Record<string, unknown>;
  seeds: number[];
  /** Whole config, with the first seed. */
  config: ExperimentConfig;
  /** Its runs, as the sweep workflow takes them. */
  sweep: SweepInput;
}

export interface Table {
  name: string;
  /** The experiment it varies, as the file names it. */
  experiment: string;
  set: Record<string, unknown>;
  /** The first is the one that others are compared with. */
  variants: PlannedVariant[];
  /** As given; never empty. */
  splits: string[];
  /** Markdown file that the table is written into. */
  report: string;
}

/** Throws UserError for every mistake a table file can hold that shows without looking at data. */
export function loadTable(file: string): Table {
  const read = readTableFile(file);
  const { settings, experiment, report } = read;
  const { name, set, splits } = settings;
  requireNames(read);
  const variants = settings.variants.map((variant) => plannedVariant(read, variant));
  requireDifferent(read, variants);
  return {
    name,
    experiment: settings.experiment,
    set,
    variants,
    splits: splits.length === 0 ? [testSplitOf(experiment)] : splits,
    report,
  };
}

function testSplitOf({ dataset }: ExperimentConfig): string {
  // The built-in world calls it so whatever the config says.
  return dataset.folder === undefined && dataset.name === 'built-in-world' ? 'test' : dataset.test;
}

function plannedVariant({ settings, configOf }: TableFile, variant: TableVariant): PlannedVariant {
  const { name, what, set } = variant;
  const seeds = [...new Set(variant.seeds ?? settings.seeds)];
  const title = `${settings.name}-${name}`;
  const sweepId = sweepIdOf(title);
  const config = { ...configOf(variant), name: sweepId, seed: seeds[0] as number };
  const { experiment, parallel } = settings;
  return {
    name,
    what,
    set,
    seeds,
    config,
    sweep: {
      sweepId,
      settings: SweepConfig.parse({ name: title, experiment, seeds, parallel }),
      trials: [{ id: trialId(config), parameters: scalarsOf(set), config }],
    },
  };
}

/** A sweep tells its parameters as single values; lists are shown as JSON. */
function scalarsOf(set: Record<string, unknown>): Record<string, Scalar> {
  const scalar = (value: unknown): Scalar =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : JSON.stringify(value);
  return Object.fromEntries(Object.entries(set).map(([name, value]) => [name, scalar(value)]));
}

/** Runs are found again by their names, and rows told apart. */
function requireNames({ settings, mistake }: TableFile): void {
  const { variants, splits, name } = settings;
  const ids = variants.map((variant) => sweepIdOf(`${name}-${variant.name}`));
  const again = ids.findIndex((id, at) => ids.indexOf(id) < at);
  if (again >= 0) {
    const [one, two] = [variants[ids.indexOf(ids[again] as string)], variants[again]];
    const message =
      one?.name === two?.name
        ? `"${two?.name}" stands twice`
        : `"${two?.name}" and "${one?.name}" would be named alike (${ids[again]})`;
    throw mistake(['variants', again, 'name'], message, 'Give each variant a name of its own, of letters and digits.');
  }
  const twice = splits.findIndex((split, at) => splits.indexOf(split) < at);
  if (twice >= 0) throw mistake(['splits'], `"${splits[twice]}" stands twice`, 'Leave it out once.');
}

/** Two rows of the same settings are a slip: they would be told apart by chance alone, or not at all. */
function requireDifferent({ mistake }: TableFile, variants: readonly PlannedVariant[]): void {
  const ids = variants.map(({ sweep }) => sweep.trials[0]?.id);
  const again = ids.findIndex((id, at) => ids.indexOf(id) < at);
  if (again < 0) return;
  const first = variants[ids.indexOf(ids[again])]?.name;
  throw mistake(
    ['variants', again, 'set'],
    `"${variants[again]?.name}" is the same experiment as "${first}"`,
    'Does it set a field to the value that it has already? "queryloop run <experiment> --dry-run" reads the experiment alone; docs/config.md has the defaults.',
  );
}
