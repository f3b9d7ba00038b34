/** The `queryloop` command: parses arguments, runs the command, turns errors into messages and exit codes. */
import { readFileSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';
import { Command, CommanderError } from 'commander';
import { exitCode, Interrupted, RunFailed } from './exit-code.ts';
import { registerAnalyses } from './program/analyses.ts';
import { registerAnnotations } from './program/annotations.ts';
import { registerComparators } from './program/comparators.ts';
import { registerDatasets } from './program/datasets.ts';
import { registerExports } from './program/exports.ts';
import { registerPlatform } from './program/platform.ts';
import { registerPolicies } from './program/policies.ts';
import { registerRuns } from './program/runs.ts';
import { registerSweeps } from './program/sweeps.ts';
import { registerTokens } from './program/tokens.ts';

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
  for (const register of [
    registerRuns,
    registerAnnotations,
    registerAnalyses,
    registerComparators,
    registerSweeps,
    registerPolicies,
    registerDatasets,
    registerExports,
    registerPlatform,
    registerTokens,
  ])
    register(program, signal);
  return program;
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
