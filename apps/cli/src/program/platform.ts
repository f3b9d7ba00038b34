/** Commands about the platform itself. */
import type { Command } from 'commander';
import { jsonOption } from './options.ts';

export function registerPlatform(program: Command, signal: AbortSignal): void {
  program
    .command('doctor')
    .description('say what is installed, found and missing, and how to mend it')
    .option(...jsonOption)
    .action(async (options) => (await import('../commands/doctor.ts')).doctor(options, signal));
  program
    .command('start')
    .description('run the platform (Temporal and workers) until Ctrl-C')
    .action(async () => (await import('../commands/start.ts')).start(signal));
}
