/** Commands about runs. */
import type { Command } from 'commander';
import { jsonOption, seedOption, setOption } from './options.ts';

export function registerRuns(program: Command, signal: AbortSignal): void {
  program
    .command('run')
    .description('run an experiment and print its result')
    .argument('<config>', 'YAML file, such as experiments/quickstart.yaml')
    .option(...seedOption)
    .addOption(setOption())
    .option(...jsonOption)
    .action(async (config: string, options) => (await import('../commands/run.ts')).run(config, options, signal));
  program
    .command('resume')
    .description('go on with a run that was interrupted')
    .argument('<run>', 'id of the run')
    .option(...jsonOption)
    .action(async (runId: string, options) => (await import('../commands/run.ts')).resume(runId, options, signal));
  program
    .command('quickstart')
    .description('run the default experiment, experiments/quickstart.yaml (npm run quickstart sets up first)')
    .option(...seedOption)
    .addOption(setOption())
    .option(...jsonOption)
    .action(async (options) => (await import('../commands/quickstart.ts')).quickstart(options, signal));
}
