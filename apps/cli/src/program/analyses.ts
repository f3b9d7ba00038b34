/** Commands that ask something of a stored run (docs/analyses.md). */
import type { Command } from 'commander';
import { jsonOption, noWorkerOption, setOption, wholeNumber } from './options.ts';

export function registerAnalyses(program: Command, signal: AbortSignal): void {
  withRange(
    program
      .command('rescore')
      .description('what other rewards would have made of the completions of a run; nothing is sampled again')
      .argument('<run>', 'id of the run')
      .addOption(setOption()),
    1,
  ).action(async (runId: string, options) => (await import('../commands/rescore.ts')).rescore(runId, options, signal));
  withRange(
    program
      .command('audit')
      .description(
        'whether rewarded queries read their answers from the database: share that survives a perturbed copy',
      )
      .argument('<run>', 'id of the run')
      .option('--sample <number>', 'rewarded queries looked at in each update', wholeNumber('--sample', 1), 64)
      .option('--seed <number>', 'seed of the sample and of the copies', wholeNumber('--seed', 0), 1),
    10,
  ).action(async (runId: string, options) => (await import('../commands/audit.ts')).audit(runId, options, signal));
  program
    .command('audit-reward')
    .description('what the reward of a config, and the metrics, give queries that do not read what was asked for')
    .argument('<config>', 'YAML file, such as experiments/quickstart.yaml')
    .addOption(setOption())
    .option(
      '--questions <number>',
      'questions of train and of dev that are attacked',
      wholeNumber('--questions', 1),
      200,
    )
    .option('--seed <number>', 'seed of the draw of questions', wholeNumber('--seed', 0), 1)
    .option(
      '--threshold <per cent>',
      'of what a right answer earns: from here on a reward counts as hackable',
      wholeNumber('--threshold', 1),
      50,
    )
    .option(...jsonOption)
    .action(async (config: string, options) =>
      (await import('../commands/audit-reward.ts')).auditReward(config, options, signal),
    );
  program
    .command('replay')
    .description('do one update of a run again from its stored inputs, and say where it comes out differently')
    .argument('<run>', 'id of the run')
    .requiredOption('--at <update>', 'the update to do again', wholeNumber('--at', 1))
    .option(...noWorkerOption)
    .option(...jsonOption)
    .action(async (runId: string, options) => (await import('../commands/replay.ts')).replay(runId, options, signal));
}

function withRange(command: Command, every: number): Command {
  return command
    .option('--every <number>', 'updates from one that is looked at to the next', wholeNumber('--every', 1), every)
    .option('--first <update>', 'first update looked at', wholeNumber('--first', 1), 1)
    .option('--last <update>', 'last update looked at; the last of the run when left out', wholeNumber('--last', 1))
    .option(...noWorkerOption)
    .option(...jsonOption);
}
