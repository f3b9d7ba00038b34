/** Commands about what people write on runs. */
import type { Command } from 'commander';
import { jsonOption } from './options.ts';

export function registerAnnotations(program: Command): void {
  program
    .command('tag')
    .description('put tags on a run, or take them off')
    .argument('<run>', 'id of the run')
    .argument('<name...>', 'tags, without commas')
    .option('--remove', 'take them off', false)
    .option(...jsonOption)
    .action(async (runId: string, names: string[], options) =>
      (await import('../commands/annotate.ts')).tag(runId, names, options),
    );
  program
    .command('note')
    .description('write a note on a run, remove one, or list them')
    .argument('<run>', 'id of the run')
    .argument('[text]', 'what to write')
    .option('--remove <id>', 'note to remove')
    .option(...jsonOption)
    .action(async (runId: string, text: string | undefined, options) =>
      (await import('../commands/annotate.ts')).note(runId, text, options),
    );
}
