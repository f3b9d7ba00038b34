/** Commands about how results are compared (docs/comparators.md). */
import { UserError } from '@queryloop/contracts';
import { type Command, Option } from 'commander';
import { jsonOption, wholeNumber } from './options.ts';

export function registerComparators(program: Command): void {
  program
    .command('disagree')
    .description('where the comparators (exact, EMS, BIRD, Spider, …) disagree about the queries of a run')
    .argument('<run>', 'id of the run')
    .addOption(new Option('--split <name>', 'questions to look at').choices(['test', 'dev']).default('test'))
    .option(
      '--update <number>',
      'the policy after this update, 0: before GRPO; the one the run ended with when left out',
      wholeNumber('--update', 0),
    )
    .option('--between <two>', 'two comparators, such as exact,ems; each against exact when left out', twoNames)
    .option('--examples <number>', 'most examples of each way to disagree', wholeNumber('--examples', 0), 3)
    .option(...jsonOption)
    .action(async (runId: string, options) => (await import('../commands/disagree.ts')).disagree(runId, options));
}

function twoNames(text: string): [string, string] {
  const [one, other, ...more] = text.split(',').map((name) => name.trim());
  if (one && other && more.length === 0) return [one, other];
  throw new UserError({
    message: `--between: "${text}" does not name two comparators`,
    field: '--between',
    hint: 'Write them with a comma between: --between exact,ems',
  });
}
