/** `queryloop sweep <sweep.yaml>`: many runs of one experiment, each a durable run of its own. */
import { type SweepInput, type SweepResult, UserError } from '@queryloop/contracts';
import { belongsTo, launchSweep, loadSweep, nothingLeft, summariseTrials } from '@queryloop/control';
import { Interrupted, RunFailed } from '../exit-code.ts';
import { holdOtherRuns } from '../hold-other-runs.ts';
import type { FollowOptions } from '../on-platform.ts';
import { openPlatform } from '../platform.ts';
import { openScreen, type Screen } from '../screen.ts';
import { withControl, withStore } from '../stored-run.ts';
import { followSweep } from '../sweep/follow-sweep.ts';
import { sweepLines } from '../sweep/sweep-table.ts';

export interface SweepOptions extends FollowOptions {
  dryRun?: boolean;
}

export async function sweep(file: string, { dryRun, json, worker }: SweepOptions, signal: AbortSignal): Promise<void> {
  const input = loadSweep(file);
  if (dryRun) return await (await import('../sweep/dry-run-sweep.ts')).dryRunSweep(input, { json });
  await runSweep('sweep', input, { json, worker }, signal);
}

/** `queryloop resume <sweep>`: goes on with the stored settings and does again only what is not finished. */
export async function resumeSweep(
  sweepId: string,
  { json, worker = true }: { json: boolean; worker?: boolean },
  signal: AbortSignal,
): Promise<void> {
  const stored = await withStore((store) => store.sweeps.get(sweepId));
  if (!stored) {
    throw new UserError({
      message: `no sweep "${sweepId}" is known here`,
      field: 'sweep',
      hint: 'Give the id that "queryloop sweep" printed, in the folder it ran in.',
    });
  }
  const { settings, trials } = stored;
  await runSweep('resume', { sweepId, settings, trials }, { json, worker }, signal);
}

async function runSweep(
  command: 'sweep' | 'resume',
  input: SweepInput,
  { json, worker }: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  const screen = openScreen({ json });
  const { sweepId, settings, trials } = input;
  const stored = await withStore((store) => store.sweeps.get(sweepId));
  if (stored?.result && nothingLeft(stored, input)) return printSweep(input, stored.result, screen, { json });
  screen.line(worker ? 'starting Temporal and a worker …' : 'connecting to Temporal …');
  const platform = await openPlatform({
    command,
    attach: 'any',
    worker,
    notice: (text) => screen.line(`  ${text}`),
    beforeWork: (client) => holdOtherRuns(client, belongsTo(sweepId)),
  });
  try {
    signal.throwIfAborted();
    const begun = withControl(platform.client, (control) =>
      launchSweep(control, input, command === 'resume' ? 'resume' : 'launch'),
    );
    await Promise.race([begun, platform.failed]);
    screen.line(
      `sweep ${sweepId}: ${count(trials.length, 'trial')} × ${count(settings.seeds.length, 'seed')}, ${settings.parallel} at a time`,
    );
    const result = await Promise.race([followSweep(platform.client, input, screen, signal), platform.failed]);
    printSweep(input, result, screen, { json });
  } catch (error) {
    if (error instanceof Interrupted)
      screen.line(`\nThe sweep and its runs are held and stored. Go on with: queryloop resume ${sweepId}`);
    throw error;
  } finally {
    await platform.stop();
  }
}

/** Throws RunFailed, after everything is printed, when runs failed. */
function printSweep(input: SweepInput, result: SweepResult, screen: Screen, { json }: { json: boolean }): void {
  const { sweepId } = input;
  const trials = summariseTrials(input, result);
  screen.line();
  for (const line of sweepLines(trials, result)) screen.line(line);
  screen.line();
  screen.line('scores are means over seeds ± standard error; * is best on dev, by which alone it is chosen');
  if (result.exhausted !== null) screen.line(`the budget of ${result.exhausted} is spent; not all runs were begun`);
  screen.line(`compare trials: queryloop compare ${sweepId}`);
  if (json) {
    const { best, decisions, spent, exhausted } = result;
    const parameters = trials.find(({ trial }) => trial === best?.trial)?.parameters;
    const document = { sweepId, best: best && { ...best, parameters }, trials, decisions, spent, exhausted };
    process.stdout.write(`${JSON.stringify(document)}\n`);
  }
  const failed = result.runs.filter(({ status }) => status === 'failed');
  if (failed.length > 0) {
    const lines = failed.map(({ runId, error }) => `  ${runId}: ${error?.split('\n')[0] ?? 'unknown cause'}`);
    throw new RunFailed(
      `${failed.length} of ${count(result.runs.length, 'run')} failed\n${lines.join('\n')}\nRun only those again with: queryloop resume ${sweepId}`,
    );
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
