/** `queryloop rescore <run>`: what other rewards would have made of a run's completions. */
import { configChanges, type RescoreComparison, UserError } from '@queryloop/contracts';
import { overrideConfig } from '@queryloop/contracts/load-config';
import { requireRun } from '@queryloop/control';
import { mostRows, number, share, spread } from '../analysis/cells.ts';
import { runAnalysis } from '../analysis/run-analysis.ts';
import type { FollowOptions } from '../on-platform.ts';
import { openScreen } from '../screen.ts';
import { withKnownStore } from '../stored-run.ts';
import { tableLines } from '../table.ts';

export interface RescoreOptions extends FollowOptions {
  set: string[];
  every: number;
  first: number;
  last?: number;
}

export async function rescore(
  runId: string,
  { set, every, first, last, json, worker }: RescoreOptions,
  signal: AbortSignal,
): Promise<void> {
  const screen = openScreen({ json });
  const { config } = await withKnownStore(runId, (store) => requireRun(store, runId));
  const changed = overrideConfig(config, { set });
  const other = configChanges(config, changed).find(
    ({ field }) => !field.startsWith('reward.') && field !== 'grpo.scaleRewards',
  );
  if (other !== undefined)
    throw new UserError({
      message: `--set ${other.field}: a rescore changes rewards only`,
      field: '--set',
      hint: 'Set reward.preset, reward.correct, reward.wrong, reward.failed, reward.partial, reward.functions, reward.combine or grpo.scaleRewards.',
    });
  const settings = { reward: changed.reward, scaleRewards: changed.grpo.scaleRewards, first, every };
  const { analysisId, result } = await runAnalysis<'rescore'>(
    { kind: 'rescore', runId, settings: last === undefined ? settings : { ...settings, last } },
    { worker, screen },
    signal,
  );
  const head = ['update', 'reward', 'was', 'flat groups', 'was', '|advantage|', 'was', 'correlation', 'sign changed'];
  const rows = spread(result.updates, mostRows).map((update) => [String(update.update), ...cells(update)]);
  screen.line();
  for (const line of tableLines(head, [...rows, ['all', ...cells(result.overall)]])) screen.line(line);
  screen.line();
  screen.line(`${result.updates.length} updates, ${result.overall.completions} completions; "was" is what the run had`);
  if (json) process.stdout.write(`${JSON.stringify({ analysisId, runId, ...result })}\n`);
}

function cells({ before, after, correlation, signChanged }: RescoreComparison): string[] {
  return [
    number(after.meanReward),
    number(before.meanReward),
    share(after.zeroVariance),
    share(before.zeroVariance),
    number(after.meanAbsoluteAdvantage),
    number(before.meanAbsoluteAdvantage),
    number(correlation),
    share(signChanged),
  ];
}
