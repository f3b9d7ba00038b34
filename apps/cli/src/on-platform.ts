/** Runs one experiment on the platform: opens the services, follows the run, prints its result, and ends what it started. */
import type { RunOutcome } from '@queryloop/contracts';
import type { Control, Done } from '@queryloop/control';
import type { Client } from '@temporalio/client';
import { Interrupted, RunFailed } from './exit-code.ts';
import { followRun } from './follow-run.ts';
import { holdOtherRuns } from './hold-other-runs.ts';
import { watchPeakMemory } from './peak-memory.ts';
import { openPlatform, type PlatformOptions } from './platform.ts';
import { printResult } from './print-result.ts';
import { RunPage } from './run-page.ts';
import { openScreen, type Screen } from './screen.ts';
import { withControl } from './stored-run.ts';

export interface FollowOptions {
  json: boolean;
  /** False with --no-worker: others work on the queues. */
  worker: boolean;
}

export interface OnPlatformOptions extends FollowOptions, Pick<PlatformOptions, 'command' | 'attach'> {
  /** Serves the console while the run goes on, unless one is there. */
  console?: boolean;
  /** A run that goes on when services are started here; all others are held. */
  keep?: string;
  /** Called before anything is held; throws what makes the command pointless. */
  check?(client: Client): Promise<void>;
}

/** Follows the run that `begin` gives to its end, and prints its result. */
export async function onPlatform(
  { command, attach, keep, check, json, worker, console }: OnPlatformOptions,
  signal: AbortSignal,
  begin: (control: Control) => Promise<Pick<Done, 'id'>>,
): Promise<void> {
  const screen = openScreen({ json });
  const memory = watchPeakMemory();
  if (worker) screen.line('starting Temporal and a worker …');
  const platform = await openPlatform({
    command,
    worker,
    ...(attach && { attach }),
    notice: (text) => screen.line(`  ${text}`),
    beforeWork: async (client) => {
      await check?.(client);
      await holdOtherRuns(client, (workflowId) => workflowId === keep);
    },
  });
  let stopConsole = async (): Promise<void> => undefined;
  try {
    signal.throwIfAborted();
    const begun = withControl(platform.client, begin);
    const { id } = await Promise.race([begun, platform.failed]);
    const handle = platform.client.workflow.getHandle(id);
    screen.line(`run ${handle.workflowId}`);
    const page = new RunPage(platform, handle.workflowId, screen);
    page.show();
    if (console) stopConsole = page.serve();
    const failed = platform.failed.catch((error: Error) => {
      throw new RunFailed(
        `${error.message}\nThe run is stored as far as it got. Go on with: queryloop resume ${handle.workflowId}`,
      );
    });
    const outcome = await Promise.race([followRun(handle, screen, signal), failed]);
    await printOutcome(outcome, screen, { json, peakRssMb: memory.stop() });
    if (console) page.sayHowToOpen();
  } catch (error) {
    if (error instanceof Interrupted)
      screen.line(`\nThe run is held and stored. Go on with: queryloop resume ${error.message}`);
    throw error;
  } finally {
    memory.stop();
    await stopConsole();
    await platform.stop();
  }
}

async function printOutcome(
  outcome: RunOutcome,
  screen: Screen,
  { json, peakRssMb }: { json: boolean; peakRssMb: number },
): Promise<void> {
  if (outcome.status === 'finished') return await printResult(outcome.result, screen, { json, peakRssMb });
  screen.line(
    `stopped after update ${outcome.update}, as its sweep told it to; go on with: queryloop resume ${outcome.runId}`,
  );
  if (json) process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
