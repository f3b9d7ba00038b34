/** Commands about several runs at once: sweeps and comparisons. */
import { type Command, Option } from 'commander';
import { jsonOption, noWorkerOption, wholeNumbers } from './options.ts';

export function registerSweeps(program: Command, signal: AbortSignal): void {
  program
    .command('sweep')
    .description('run an experiment with many settings and seeds; the same file again runs only what is new')
    .argument('<sweep>', 'YAML file, such as experiments/sweep-learning-rate.yaml')
    .option('--dry-run', 'say what would run, what is cached and how long it would take')
    .option(...noWorkerOption)
    .option(...jsonOption)
    .action(async (file: string, options) => (await import('../commands/sweep.ts')).sweep(file, options, signal));
  program
    .command('seeds')
    .description('run the settings of a run with more seeds; those that are there already are left alone')
    .argument('<run>', 'id of the run whose settings to take')
    .requiredOption('--add <seeds>', 'seeds with commas between, such as 2,3,4', wholeNumbers('--add', 0))
    .option(...noWorkerOption)
    .option(...jsonOption)
    .action(async (runId: string, options) => (await import('../commands/seeds.ts')).seeds(runId, options, signal));
  program
    .command('compare')
    .description('say which runs are better than others, over seeds and questions')
    .argument('<run or sweep...>', 'ids; runs that differ in their seed only stand together')
    .addOption(new Option('--split <name>', 'questions to compare on').choices(['test', 'dev']).default('test'))
    .addOption(
      new Option('--format <name>', 'how to print it').choices(['table', 'json', 'csv', 'markdown']).default('table'),
    )
    .option('--baseline <run>', 'a run of the side that the others are compared with; the first side when left out')
    .option('--against-base', 'compare with the policies before GRPO', false)
    .action(async (ids: string[], options) => (await import('../commands/compare.ts')).compare(ids, options));
}
