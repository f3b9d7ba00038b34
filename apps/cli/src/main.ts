/** The `queryloop` command: parses arguments, runs the command, turns errors into messages and exit codes. */
import { readFileSync } from 'node:fs';
import { DatasetConfig, UserError } from '@queryloop/contracts';
import { Command, CommanderError, Option } from 'commander';
import { exitCode, Interrupted, RunFailed } from './exit-code.ts';

const exitCodes = `
Exit codes: 0 done, 1 the run or command failed, 2 a mistake in the input (config, option, file), 130 interrupted (Ctrl-C).`;

/** Runs the command line and ends the process with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A second Ctrl-C does not wait.
      if (interrupt.signal.aborted) process.exit(exitCode.interrupted);
      interrupt.abort(new Interrupted(signal));
    });
  }
  // A reader that has gone (… | head) is no reason to stop.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await programOf(interrupt.signal).parseAsync(argv);
    process.exit(exitCode.ok);
  } catch (error) {
    process.exit(report(error));
  }
}

/** Commands are loaded when they are called, so that help and mistakes in the arguments come at once. */
function programOf(signal: AbortSignal): Command {
  const program = new Command('queryloop')
    .description('Teaches a language model to write SQL from question–answer pairs alone.')
    .version(versionOf(), '--version')
    .addHelpText('after', exitCodes)
    .showHelpAfterError('(see --help)')
    .exitOverride();
  const json = ['--json', 'print one JSON document as the last line of stdout', false] as const;
  const seed = ['--seed <number>', 'seed of every random draw'] as const;
  const set = (): Option =>
    new Option('--set <key=value>', 'override a field of the config (repeatable)')
      .argParser(collect)
      .default([], 'none');
  const folder = ['--policy <folder>', 'Hugging Face folder of the policy'] as const;

  program
    .command('run')
    .description('run an experiment and print its result')
    .argument('<config>', 'YAML file, such as experiments/quickstart.yaml')
    .option(...seed)
    .addOption(set())
    .option(...json)
    .action(async (config: string, options) => (await import('./commands/run.ts')).run(config, options, signal));
  program
    .command('resume')
    .description('go on with a run that was interrupted')
    .argument('<run>', 'id of the run')
    .option(...json)
    .action(async (runId: string, options) => (await import('./commands/run.ts')).resume(runId, options, signal));
  program
    .command('quickstart')
    .description('run the default experiment, experiments/quickstart.yaml (npm run quickstart sets up first)')
    .option(...seed)
    .addOption(set())
    .option(...json)
    .action(async (options) => (await import('./commands/quickstart.ts')).quickstart(options, signal));
  program
    .command('evaluate')
    .description('score a policy on a split: greedy decoding, one query a question')
    .requiredOption('--policy <folder or run>', 'Hugging Face folder, or id of a finished run')
    .addOption(
      new Option('--dataset <name>', 'question–answer pairs')
        .choices(DatasetConfig.shape.name.unwrap().options)
        .default('temptabqa-c'),
    )
    .option('--split <name or file>', 'split, or path of a TSV file', 'Original')
    .option('--database <where>', 'sqlite, or mysql://user:password@host:port/', 'sqlite')
    .option(...json)
    .action(async (options) => (await import('./commands/evaluate.ts')).evaluate(options, signal));
  program
    .command('generate')
    .description('continue a prompt')
    .requiredOption(...folder)
    .requiredOption('--prompt <text>', 'text to continue')
    .option('--max-tokens <number>', 'longest continuation in tokens', wholeNumber('--max-tokens', 1), 64)
    .option('--temperature <number>', 'sampling temperature; 0 is greedy', temperature, 0)
    .option('--seed <number>', 'seed of the sampling', wholeNumber('--seed', 0), 1)
    .option(...json)
    .action(async (options) => (await import('./commands/generate.ts')).generate(options, signal));
  program
    .command('score')
    .description('token ids of a text and the log-probability of each next token')
    .requiredOption(...folder)
    .requiredOption('--text <text>', 'text to score')
    .option(...json)
    .action(async (options) => (await import('./commands/score.ts')).score(options, signal));
  program
    .command('doctor')
    .description('say what is installed, found and missing, and how to mend it')
    .option(...json)
    .action(async (options) => (await import('./commands/doctor.ts')).doctor(options, signal));
  program
    .command('start')
    .description('run the platform (Temporal and workers) until Ctrl-C')
    .action(async () => (await import('./commands/start.ts')).start(signal));
  return program;
}

function collect(value: string, values: string[]): string[] {
  return [...values, value];
}

function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && text.trim() !== '') return value;
    throw new UserError({ message: `${option}: "${text}" is not a whole number ≥ ${least}`, field: option });
  };
}

function temperature(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0 && text.trim() !== '') return value;
  throw new UserError({ message: `--temperature: "${text}" is not a number ≥ 0`, field: '--temperature' });
}

function versionOf(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Says what went wrong and gives the exit code. A stack trace appears only for what is a fault of the program. */
function report(error: unknown): number {
  // Commander has printed its own message, or the help or version that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.userError;
  if (error instanceof Interrupted) return exitCode.interrupted;
  if (error instanceof UserError) {
    process.stderr.write(`queryloop: ${error.message}\n${error.hint ? `${error.hint}\n` : ''}`);
    return exitCode.userError;
  }
  const text =
    error instanceof RunFailed
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`queryloop: ${text}\n`);
  return exitCode.failed;
}
