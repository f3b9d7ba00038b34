/** `queryloop run <config.yaml>`: one experiment from data to result, on embedded services unless others are there. */
import { relative } from 'node:path';
import { type ExperimentConfig, type RunResult, UserError } from '@queryloop/contracts';
import { loadConfig } from '@queryloop/contracts/load-config';
import { openArtifacts } from '@queryloop/store/artifacts';
import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { Interrupted } from '../exit-code.ts';
import { followRun } from '../follow-run.ts';
import { watchPeakMemory } from '../peak-memory.ts';
import { openPlatform, type Platform } from '../platform.ts';
import { resultLines } from '../result-table.ts';
import { newRunId } from '../run-id.ts';
import { openScreen, type Screen } from '../screen.ts';

export interface RunOptions {
  seed?: string;
  set: string[];
  json: boolean;
}

export async function run(configFile: string, { seed, set, json }: RunOptions, signal: AbortSignal): Promise<void> {
  const config = loadConfig(configFile, { set, seed });
  const runId = newRunId(config.name, config.seed);
  await onPlatform('run', { json }, signal, (client) =>
    client.workflow.start('experiment', {
      workflowId: runId,
      taskQueue: 'cpu',
      args: [{ runId, config: config satisfies ExperimentConfig }],
    }),
  );
}

/** `queryloop resume <run>`: goes on with a run that was interrupted, from the step it was at. */
export async function resume(runId: string, { json }: { json: boolean }, signal: AbortSignal): Promise<void> {
  await onPlatform('resume', { json }, signal, async (client) => {
    const handle = client.workflow.getHandle(runId);
    try {
      await handle.signal('resume');
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await requireKnown(handle);
    }
    return handle;
  });
}

/** A run that has ended takes no signal, but its result can be shown; one that never was is a mistake. */
async function requireKnown(handle: WorkflowHandle): Promise<void> {
  try {
    await handle.describe();
  } catch {
    throw new UserError({
      message: `no run "${handle.workflowId}" is known here`,
      field: 'run',
      hint: 'Give the id that "queryloop run" printed, in the folder it ran in.',
    });
  }
}

/** Opens the services, follows the run that `begin` gives, and prints its result. */
async function onPlatform(
  command: string,
  { json }: { json: boolean },
  signal: AbortSignal,
  begin: (client: Client) => Promise<WorkflowHandle>,
): Promise<void> {
  const screen = openScreen({ json });
  const memory = watchPeakMemory();
  screen.line('starting Temporal and a worker …');
  const platform = await openPlatform({
    command,
    notice: (text) => screen.line(`  ${text}`),
    beforeWork: holdOtherRuns,
  });
  try {
    signal.throwIfAborted();
    const handle = await begin(platform.client);
    screen.line(`run ${handle.workflowId}`);
    const result = await Promise.race([followRun(handle, screen, signal), platform.failed]);
    await printResult(result, platform, memory.stop(), screen, json);
  } catch (error) {
    if (error instanceof Interrupted)
      screen.line(`\nThe run is held and stored. Go on with: queryloop resume ${error.message}`);
    throw error;
  } finally {
    memory.stop();
    await platform.stop();
  }
}

/** Runs that a killed command left unfinished must not take this run's turns; they can be resumed later. */
async function holdOtherRuns(client: Client): Promise<void> {
  for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' })) {
    await client.workflow.getHandle(workflowId).signal('pause');
  }
}

async function printResult(
  result: RunResult,
  { folders }: Platform,
  peakRssMb: number,
  screen: Screen,
  json: boolean,
): Promise<void> {
  const checkpoint = await openArtifacts(folders.home).path(result.checkpoint);
  for (const line of resultLines(result)) screen.line(line);
  screen.line();
  screen.line(`peak memory of all processes: ${peakRssMb} MB`);
  screen.line(
    `stored as run ${result.runId} in ${relative('.', folders.home) || '.'}; trained policy: ${relative('.', checkpoint)}`,
  );
  screen.line(`look at it: queryloop evaluate --policy ${result.runId} --dataset temptabqa-c --split dev`);
  if (json) {
    const { checkpoint: reference, ...rest } = result;
    process.stdout.write(`${JSON.stringify({ ...rest, peakRssMb, checkpoint, checkpointHash: reference.hash })}\n`);
  }
}
