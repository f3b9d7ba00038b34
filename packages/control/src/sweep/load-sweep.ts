/** Reads a sweep file and makes its trials: the combinations of parameters with their whole configs. */
import { mostSweepRuns, type SweepInput, type Trial } from '@queryloop/contracts';
import { readSweepFile, type SweepFile } from '@queryloop/contracts/load-config';
import { drawnCombinations, gridCombinations, tooManyRuns } from './combinations.ts';
import { sweepIdOf, trialId } from './trial-id.ts';

/**
 * What the sweep workflow is started with: trials are all different, are named after the sweep, and have its first seed.
 * Throws UserError for every mistake a sweep file can hold, before anything runs: unknown fields, values that an experiment
 * does not allow (naming the trial), a range in a grid, rungs at which nothing is evaluated.
 */
export function loadSweep(file: string): SweepInput {
  const sweep = readSweepFile(file);
  const settings = { ...sweep.settings, seeds: [...new Set(sweep.settings.seeds)] };
  const sweepId = sweepIdOf(settings.name);
  const combinations = settings.method === 'grid' ? gridCombinations(sweep) : drawnCombinations(settings);
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
