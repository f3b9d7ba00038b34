/** Commands for those who let others into the console. */
import { type Command, Option } from 'commander';
import { jsonOption } from './options.ts';

export function registerTokens(program: Command): void {
  program
    .command('token')
    .description('make a token for the console, and the entry for the file that QUERYLOOP_AUTH=tokens:<file> names')
    .argument('<name>', 'who will hold it')
    .addOption(
      new Option('--role <role>', 'viewers look, operators launch and steer runs too')
        .choices(['viewer', 'operator'])
        .default('viewer'),
    )
    .option(...jsonOption)
    .action(async (name: string, options) => (await import('../commands/token.ts')).token(name, options));
}
