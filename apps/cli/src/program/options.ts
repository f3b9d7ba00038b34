/** Options that several commands have, and how their values are read. */
import { deviceNames, UserError } from '@queryloop/contracts';
import { Option } from 'commander';

export const jsonOption = ['--json', 'print one JSON document as the last line of stdout', false] as const;
export const noWorkerOption = [
  '--no-worker',
  'start no worker here: others work on the queues of TEMPORAL_ADDRESS',
] as const;
export const seedOption = ['--seed <number>', 'seed of every random draw'] as const;
export const policyOption = [
  '--policy <folder>',
  'Hugging Face folder of the policy, or the name of a pulled model',
] as const;

export function deviceOption(): Option {
  return new Option('--device <name>', 'where TensorFlow computes (default: cpu; of a run, its own)').choices(
    deviceNames,
  );
}

export function setOption(): Option {
  return new Option('--set <key=value>', 'override a field of the config (repeatable)')
    .argParser(collect)
    .default([], 'none');
}

function collect(value: string, values: string[]): string[] {
  return [...values, value];
}

/** Reads a whole number; throws UserError naming the option and the value. */
export function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && text.trim() !== '') return value;
    throw new UserError({ message: `${option}: "${text}" is not a whole number ≥ ${least}`, field: option });
  };
}

/** Reads whole numbers with commas between; throws UserError naming the option and the value. */
export function wholeNumbers(option: string, least: number): (text: string) => number[] {
  return (text) => text.split(',').map(wholeNumber(option, least));
}

/** Reads a sampling temperature; throws UserError naming the value. */
export function temperature(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0 && text.trim() !== '') return value;
  throw new UserError({ message: `--temperature: "${text}" is not a number ≥ 0`, field: '--temperature' });
}
