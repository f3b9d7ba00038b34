/** Commands about the platform itself. */
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './options.ts';

const portOption = [
  '--port <number>',
  'where the console listens (default: 3000, or a free one)',
  wholeNumber('--port', 0),
] as const;
const hostOption = ['--host <address>', 'address the console listens on (default: this machine only)'] as const;

export function registerPlatform(program: Command, signal: AbortSignal): void {
  program
    .command('doctor')
    .description('say what is installed, found and missing, and how to mend it')
    .option(...jsonOption)
    .action(async (options) => (await import('../commands/doctor.ts')).doctor(options, signal));
  program
    .command('start')
    .description('run the platform (Temporal, workers, console) until Ctrl-C')
    .option(...portOption)
    .option(...hostOption)
    .option('--no-console', 'serve no console')
    .action(async (options) => (await import('../commands/start.ts')).start(options, signal));
  program
    .command('console')
    .description('serve the console alone, for services that run elsewhere')
    .option(...portOption)
    .option(...hostOption)
    .action(async (options) => (await import('../commands/console.ts')).serve(options, signal));
}
