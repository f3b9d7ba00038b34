/** `queryloop seeds <run> --add 2,3,4`: clones of a run with other seeds, begun at once and followed to their ends. */
import type { RunOutcome } from '@queryloop/contracts';
import { type AddedSeeds, addSeeds, planSeeds, type SeedRun } from '@queryloop/control';
import { Interrupted, RunFailed } from '../exit-code.ts';
import { followRun } from '../follow-run.ts';
import { holdOtherRuns } from '../hold-other-runs.ts';
import type { FollowOptions } from '../on-platform.ts';
import { openPlatform, type Platform } from '../platform.ts';
import { openScreen, percent, type Screen } from '../screen.ts';
import { withControl, withKnownStore } from '../stored-run.ts';

export interface SeedsOptions extends FollowOptions {
  add: number[];
}

/** How a run that was begun here ended. */
interface SeedOutcome {
  runId: string;
  seed: number;
  status: 'finished' | 'stopped' | 'failed';
  /** Accuracy on test before and after GRPO, in [0, 1]. */
  base: number | null;
  final: number | null;
  error: string | null;
}

/** @throws RunFailed when a run failed, after all have ended */
export async function seeds(runId: string, { add, json, worker }: SeedsOptions, signal: AbortSignal): Promise<void> {
  const screen = openScreen({ json });
  const { missing, existing } = await withKnownStore(runId, (store) => planSeeds(store, runId, add));
  for (const { seed, runId: id, status } of existing) screen.line(`seed ${seed} is there already: ${id} (${status})`);
  const runs = missing.length === 0 ? [] : await runSeeds(runId, missing, { screen, worker, signal });
  const ids = [runId, ...[...existing, ...runs].map((run) => run.runId)];
  screen.line(`compare them with others: queryloop compare ${[...new Set(ids)].join(' ')} …`);
  printJson({ runId, runs, existing }, json);
  const failed = runs.filter(({ status }) => status === 'failed');
  if (failed.length > 0)
    throw new RunFailed(
      `${failed.length} of ${runs.length} runs failed\n${failed.map(({ error }) => error).join('\n')}`,
    );
}

async function runSeeds(
  runId: string,
  missing: readonly number[],
  { screen, worker, signal }: { screen: Screen; worker: boolean; signal: AbortSignal },
): Promise<SeedOutcome[]> {
  screen.line(worker ? 'starting Temporal and a worker …' : 'connecting to Temporal …');
  const platform = await openPlatform({
    command: 'seeds',
    worker,
    notice: (text) => screen.line(`  ${text}`),
    beforeWork: (client) => holdOtherRuns(client, () => false),
  });
  let begun: AddedSeeds['begun'] = [];
  try {
    signal.throwIfAborted();
    const added = withControl(platform.client, (control) => addSeeds(control, runId, missing));
    ({ begun } = await Promise.race([added, platform.failed]));
    const outcomes: SeedOutcome[] = [];
    for (const run of begun) {
      screen.line(`run ${run.runId}`);
      outcomes.push(await follow(run, platform, screen, signal));
    }
    return outcomes;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    // The one that was followed is held already.
    await Promise.all(
      begun.map((run) =>
        platform.client.workflow
          .getHandle(run.runId)
          .signal('pause')
          .catch(() => undefined),
      ),
    );
    screen.line('\nThe runs are held and stored. Go on with each:');
    for (const run of begun) screen.line(`  queryloop resume ${run.runId}`);
    throw error;
  } finally {
    await platform.stop();
  }
}

/** A run that fails does not keep the others from being followed; services that do, do. */
async function follow(
  run: { runId: string; seed: number },
  { client, failed }: Platform,
  screen: Screen,
  signal: AbortSignal,
): Promise<SeedOutcome> {
  const followed = followRun(client.workflow.getHandle(run.runId), screen, signal).then(
    (outcome) => ended(run, outcome),
    (error: Error): SeedOutcome => {
      if (error instanceof Interrupted) throw error;
      return { ...run, status: 'failed', base: null, final: null, error: error.message };
    },
  );
  const outcome = await Promise.race([followed, failed]);
  const { base, final } = outcome;
  if (base !== null && final !== null)
    screen.line(`seed ${run.seed}: accuracy on test ${percent(final)} (before GRPO ${percent(base)})`);
  return outcome;
}

function ended(run: { runId: string; seed: number }, outcome: RunOutcome): SeedOutcome {
  if (outcome.status === 'stopped') return { ...run, status: 'stopped', base: null, final: null, error: null };
  const { base, final } = outcome.result;
  return { ...run, status: 'finished', base: base.accuracy, final: final.accuracy, error: null };
}

function printJson(document: { runId: string; runs: SeedOutcome[]; existing: SeedRun[] }, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(document)}\n`);
}
