/** Commands that hand a run on and check what was handed on. */
import { UserError } from '@queryloop/contracts';
import { type Command, Option } from 'commander';
import { jsonOption, wholeNumber } from './options.ts';

export function registerExports(program: Command, signal: AbortSignal): void {
  program
    .command('export')
    .description('write a finished run for others to verify, or runs, finished or not, for TensorBoard or MLflow')
    .argument('<run...>', 'id of the run; of any number of runs and sweeps with --tensorboard and --mlflow')
    .addOption(
      new Option('--to <folder or file.tar.gz>', 'where to write one folder or archive').conflicts([
        'tensorboard',
        'mlflow',
      ]),
    )
    .addOption(
      new Option('--tensorboard <folder>', 'where to write event files, a sub-folder a run').conflicts('mlflow'),
    )
    .addOption(
      new Option(
        '--merged <folder>',
        'where to write the trained policy as one Hugging Face folder, an adapter merged into its base',
      ).conflicts(['to', 'tensorboard', 'mlflow']),
    )
    .option('--mlflow <address>', 'MLflow server to push to; MLFLOW_TRACKING_USERNAME and _PASSWORD, or _TOKEN, let in')
    .option('--without-rollouts', 'with --to, smaller: updates cannot be done again from it')
    .option('--force', 'with --to: replace an earlier export of that name', false)
    .option(...jsonOption)
    .action(async (ids: string[], { to, merged, tensorboard, mlflow, withoutRollouts, force, json }) => {
      if (tensorboard !== undefined || mlflow !== undefined) {
        const trackers = await import('../commands/export-to-trackers.ts');
        if (mlflow !== undefined) return await trackers.exportToMlflow(ids, mlflow, { json }, signal);
        return await trackers.exportToTensorboard(ids, tensorboard, { json }, signal);
      }
      const [runId = '', ...others] = ids;
      const where = merged === undefined ? '--to' : '--merged';
      if ((to ?? merged) === undefined || others.length > 0)
        throw new UserError({
          message: others.length > 0 ? `${where} takes one run, not ${ids.length}` : 'export: nothing says where to',
          field: where,
          hint: 'Give --to <folder or file.tar.gz> or --merged <folder> for one run, --tensorboard <folder> or --mlflow <address>.',
        });
      if (merged !== undefined) {
        const { exportModel } = await import('../commands/export-model.ts');
        return await exportModel(runId, merged, { json }, signal);
      }
      const { exportRun } = await import('../commands/export.ts');
      await exportRun(runId, { to, force, json, rollouts: !withoutRollouts }, signal);
    });
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
