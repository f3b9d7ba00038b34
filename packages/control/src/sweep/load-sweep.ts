/** Reads a sweep file and makes its trials: the combinations of parameters with their whole configs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mostSweepRuns, type SweepInput, type Trial, UserError } from '@queryloop/contracts';
import {
  type ConfigIssue,
  issuesOf,
  readSweepFile,
  readSweepText,
  requireShort,
  type SweepFile,
} from '@queryloop/contracts/load-config';
import { drawnCombinations, gridCombinations, tooManyRuns } from './combinations.ts';
import { sweepIdOf, trialId } from './trial-id.ts';

/**
 * What the sweep workflow is started with: trials are all different, are named after the sweep, and have its first seed.
 * Throws UserError for every mistake a sweep file can hold, before anything runs: unknown fields, values that an experiment
 * does not allow (naming the trial), a range in a grid, rungs at which nothing is evaluated.
 */
export function loadSweep(file: string): SweepInput {
  return sweepInput(readSweepFile(file));
}

export interface CheckedSweep {
  /** Null when there are issues. */
  input: SweepInput | null;
  issues: ConfigIssue[];
}

/**
 * The same checks of a text that is no file; the experiment it names stands in `folder`, and no other file is read.
 * Throws UserError for a text that is too long to look at.
 */
export function checkSweepText(text: string, { folder }: { folder: string }): CheckedSweep {
  requireShort(text);
  try {
    return { input: sweepInput(readSweepText(text, (experiment) => readExperiment(folder, experiment))), issues: [] };
  } catch (error) {
    return { input: null, issues: issuesOf(error) };
  }
}

function readExperiment(folder: string, experiment: string): string {
  const there = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  if (there.includes(experiment)) return readFileSync(join(folder, experiment), 'utf8');
  throw new UserError({ message: `${JSON.stringify(experiment)} is not there; there are: ${there.join(', ')}` });
}

function sweepInput(sweep: SweepFile): SweepInput {
  const settings = { ...sweep.settings, seeds: [...new Set(sweep.settings.seeds)] };
  const sweepId = sweepIdOf(settings.name);
  const combinations = settings.method === 'grid' ? gridCombinations(sweep) : drawnCombinations(sweep);
  const trials = new Map<string, Trial>();
  for (const parameters of combinations) {
    const config = { ...sweep.configOf(parameters), name: sweepId, seed: settings.seeds[0] as number };
    const trial: Trial = { id: trialId(config), parameters, config };
    if (settings.method === 'asha') checkRungs(sweep, trial);
    trials.set(trial.id, trials.get(trial.id) ?? trial);
  }
  const runs = trials.size * settings.seeds.length;
  if (runs > mostSweepRuns) throw tooManyRuns(runs, sweep.mistake);
  return { sweepId, settings, trials: [...trials.values()] };
}

/** Successive halving decides where policies are scored on dev, and needs something left to decide about. */
function checkRungs({ settings, mistake }: SweepFile, { config }: Trial): void {
  const { minUpdates } = settings.asha;
  if ('grpo.updates' in settings.parameters) {
    throw mistake(
      ['parameters', 'grpo.updates'],
      'successive halving itself varies how many updates a trial gets',
      'Give grpo.updates under "set", or use method random.',
    );
  }
  const every = config.evaluation.everyUpdates;
  if (minUpdates % every !== 0) {
    throw mistake(
      ['asha', 'minUpdates'],
      `${minUpdates} is not a multiple of evaluation.everyUpdates (${every}), so no policy would be scored there`,
      `Decisions need dev scores: take minUpdates ${every * Math.max(1, Math.round(minUpdates / every))}, or set evaluation.everyUpdates to a divisor of ${minUpdates}.`,
    );
  }
  if (config.grpo.updates <= minUpdates) {
    throw mistake(
      ['asha', 'minUpdates'],
      `${minUpdates} is not below grpo.updates (${config.grpo.updates}), so there is nothing to stop early`,
      'Lower asha.minUpdates, set more grpo.updates, or use method random.',
    );
  }
}
