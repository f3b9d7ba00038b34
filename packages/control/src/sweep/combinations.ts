/** The combinations of parameters a sweep tries: all of a grid, or drawn ones. */
import { mostSweepRuns, type ParameterRange, type Scalar, type SweepParameter } from '@queryloop/contracts';
import type { SweepFile } from '@queryloop/contracts/load-config';
import { keyedUniform } from '@queryloop/stats';

type Combination = Record<string, Scalar>;

/** Every combination of the lists, the last parameter changing fastest. Throws UserError for a range. */
export function gridCombinations({ settings, mistake }: SweepFile): Combination[] {
  const lists = Object.entries(settings.parameters).map(([name, parameter]): [string, Scalar[]] => {
    if (Array.isArray(parameter)) return [name, parameter];
    throw mistake(
      ['parameters', name],
      `a grid takes every value of a list, and a range from ${parameter.min} to ${parameter.max} has no end of them`,
      'List the values, such as [1e-4, 3e-4], or draw from the range with method random or asha.',
    );
  });
  const count = lists.reduce((product, [, values]) => product * values.length, 1);
  if (count > mostSweepRuns) throw tooManyRuns(count, mistake);
  return lists.reduce<Combination[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value }))),
    [{}],
  );
}

/**
 * Drawn combinations. A draw is keyed by the sweep's seed, the trial's number and the parameter's name: more trials keep those
 * drawn before, and another parameter does not change the values of this one.
 */
export function drawnCombinations({ settings, mistake }: SweepFile): Combination[] {
  const { parameters, trials, seed } = settings;
  if (trials > mostSweepRuns) throw tooManyRuns(trials, mistake);
  return Array.from({ length: trials }, (_, trial) =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, parameter]) => [
        name,
        valueAt(parameter, keyedUniform(seed, trial, name)),
      ]),
    ),
  );
}

/** The value at `share` in [0, 1) of a list or range. */
function valueAt(parameter: SweepParameter, share: number): Scalar {
  if (Array.isArray(parameter)) return parameter[Math.floor(share * parameter.length)] as Scalar;
  const { min, max, whole } = parameter;
  if (whole) return Math.min(max, Math.floor(between({ ...parameter, max: max + 1 }, share)));
  // Six digits are easily enough, are readable, and hide the last digits in which machines' logarithms differ.
  return Math.min(max, Math.max(min, Number(between(parameter, share).toPrecision(6))));
}

function between({ min, max, scale }: ParameterRange, share: number): number {
  return scale === 'log' ? Math.exp(Math.log(min) + share * Math.log(max / min)) : min + share * (max - min);
}

/** A slip of the pen makes millions. */
export function tooManyRuns(runs: number, mistake: SweepFile['mistake']): Error {
  return mistake(
    ['parameters'],
    `${runs.toLocaleString('en')} runs are too many; a sweep has ${mostSweepRuns} at most`,
    'List fewer values or seeds, use method random with a number of trials, or make several sweeps.',
  );
}
