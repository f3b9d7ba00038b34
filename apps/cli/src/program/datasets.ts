/** Commands about datasets of one's own (docs/your-own-database.md). */
import { type Command, Option } from 'commander';
import { jsonOption, wholeNumber } from './options.ts';

export function registerDatasets(program: Command, signal: AbortSignal): void {
  program
    .command('init')
    .description('make a dataset folder of your own database and questions, to train and evaluate on')
    .addOption(
      new Option('--database <where>', 'SQLite file, or mysql://user:password@host:port/database').conflicts([
        'spider',
        'bird',
      ]),
    )
    .option(
      '--questions <file...>',
      'JSON lines of {question, answer} or {question, sql}; train=a.jsonl names the split',
    )
    .addOption(new Option('--spider <folder>', 'folder of Spider as published; with --db').conflicts('bird'))
    .option('--bird <folder>', 'folder of BIRD as published; with --db')
    .option('--db <id>', 'which database of --spider or --bird')
    .option('--to <folder>', 'where to write (default: the name of the database)')
    .option('--name <text>', 'label of results (default: the name of the folder)')
    .option('--tables <names>', 'copy only these tables or views, with commas between', names)
    .option('--without <names>', 'leave these tables out', names)
    .addOption(
      new Option('--sql-dialect <dialect>', 'whose SQL that of questions is (default: the database’s)').choices([
        'mysql',
        'sqlite',
      ]),
    )
    .option('--max-rows <number>', 'most rows of the snapshot', wholeNumber('--max-rows', 1), 1_000_000)
    .option('--max-mb <number>', 'most megabytes of values', wholeNumber('--max-mb', 1), 256)
    .option('--seed <number>', 'seed of the draw of train, dev and test', wholeNumber('--seed', 0), 1)
    .option('--force', 'replace files of an earlier init', false)
    .option(...jsonOption)
    .action(async (options) => (await import('../commands/init.ts')).init(options, signal));
}

function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
