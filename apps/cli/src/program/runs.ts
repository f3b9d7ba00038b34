/** Commands about runs. */
import type { Command } from 'commander';
import { jsonOption, noWorkerOption, seedOption, setOption, wholeNumber } from './options.ts';

export function registerRuns(program: Command, signal: AbortSignal): void {
  program
    .command('run')
    .description('run an experiment and print its result')
    .argument('<config>', 'YAML file, such as experiments/quickstart.yaml')
    .option(...seedOption)
    .addOption(setOption())
    .option('--dry-run', 'say what would run, what is cached and how long it would take')
    .option(...noWorkerOption)
    .option(...jsonOption)
    .action(async (config: string, options) => (await import('../commands/run.ts')).run(config, options, signal));
  program
    .command('resume')
    .description('go on with a run or sweep that was held, failed or was cancelled')
    .argument('<run>', 'id of the run or sweep')
    .addOption(setOption())
    .option(...noWorkerOption)
    .option(...jsonOption)
    .action(async (id: string, options) => (await import('../commands/resume.ts')).resume(id, options, signal));
  program
    .command('pause')
    .description('hold a run or sweep; it stays held until it is resumed')
    .argument('<run>', 'id of the run or sweep')
    .action(async (id: string) => (await import('../commands/pause.ts')).pause(id, signal));
  program
    .command('cancel')
    .description('end a run or sweep; what it has done is kept')
    .argument('<run>', 'id of the run or sweep')
    .action(async (id: string) => (await import('../commands/cancel.ts')).cancel(id, signal));
  program
    .command('branch')
    .description('run on from an update of another run, with other settings')
    .argument('<run>', 'id of the run to branch from')
    .requiredOption('--at <update>', 'last update that both share', wholeNumber('--at', 0))
    .addOption(setOption())
    .option(...noWorkerOption)
    .option(...jsonOption)
    .action(async (id: string, options) => (await import('../commands/branch.ts')).branch(id, options, signal));
  program
    .command('clone')
    .description('run an experiment with the settings of another run')
    .argument('<run>', 'id of the run whose settings to take')
    .option(...seedOption)
    .addOption(setOption())
    .option(...noWorkerOption)
    .option(...jsonOption)
    .action(async (id: string, options) => (await import('../commands/branch.ts')).clone(id, options, signal));
  program
    .command('status')
    .description('list the newest runs, or tell about one')
    .argument('[run]', 'id of the run')
    .option('--watch', 'go on telling until the run ends, or Ctrl-C', false)
    .option(...jsonOption)
    .action(async (id: string | undefined, options) =>
      (await import('../commands/status.ts')).status(id, options, signal),
    );
  program
    .command('quickstart')
    .description('run the default experiment, experiments/quickstart.yaml (npm run quickstart sets up first)')
    .option(...seedOption)
    .addOption(setOption())
    .option(...jsonOption)
    .action(async (options) => (await import('../commands/quickstart.ts')).quickstart(options, signal));
}
