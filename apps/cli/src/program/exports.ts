/** Commands that hand a run on and check what was handed on. */
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './options.ts';

export function registerExports(program: Command, signal: AbortSignal): void {
  program
    .command('export')
    .description('write a finished run as one folder or archive that others can verify')
    .argument('<run>', 'id of the run')
    .requiredOption('--to <folder or file.tar.gz>', 'where to write it')
    .option('--without-rollouts', 'smaller: updates cannot be done again from it')
    .option('--force', 'replace an earlier export of that name', false)
    .option(...jsonOption)
    .action(async (runId: string, { withoutRollouts, ...options }) =>
      (await import('../commands/export.ts')).exportRun(runId, { ...options, rollouts: !withoutRollouts }, signal),
    );
  program
    .command('verify')
    .description("check an export's files and hash chain, and do some of its updates again")
    .argument('<export>', 'folder or .tar.gz that "queryloop export" wrote')
    .option('--steps <number>', 'updates to do again, drawn at random', wholeNumber('--steps', 0), 3)
    .option('--seed <number>', 'seed of that draw', wholeNumber('--seed', 0), 1)
    .option('--database <where>', 'database server, when the run used one: mysql://user:password@host:port/')
    .option(...jsonOption)
    .action(async (path: string, options) => (await import('../commands/verify.ts')).verify(path, options, signal));
}
