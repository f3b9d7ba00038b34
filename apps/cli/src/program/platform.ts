/** Commands about the platform itself. */
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './options.ts';

export function registerPlatform(program: Command, signal: AbortSignal): void {
  program
    .command('doctor')
    .description('say what is installed, found and missing, and how to mend it')
    .option(...jsonOption)
    .action(async (options) => (await import('../commands/doctor.ts')).doctor(options, signal));
  program
    .command('start')
    .description('run the platform (Temporal, workers, console) until Ctrl-C')
    .option('--port <number>', 'where the console listens (default: 3000, or a free one)', wholeNumber('--port', 0))
    .option('--host <address>', 'address the console listens on (default: this machine only)')
    .option('--no-console', 'serve no console')
    .action(async (options) => (await import('../commands/start.ts')).start(options, signal));
}
