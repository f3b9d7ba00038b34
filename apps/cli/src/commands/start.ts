/** `queryloop start`: the platform (Temporal, workers, console) until Ctrl-C. Runs that a killed command left go on by themselves. */
import { UserError } from '@queryloop/contracts';
import { lockHolder } from '../lock.ts';
import { openPlatform, type Platform } from '../platform.ts';
import { reviveLostRuns } from '../revive-runs.ts';
import { openScreen, type Screen } from '../screen.ts';
import { type ConsoleOptions, serveConsole } from '../serve-console.ts';

export interface StartOptions extends ConsoleOptions {
  /** False with --no-console. */
  console: boolean;
}

export async function start(options: StartOptions, signal: AbortSignal): Promise<void> {
  const screen = openScreen({ json: false });
  screen.line('starting Temporal and a worker …');
  const platform = await openPlatform({
    command: 'start',
    notice: (text) => screen.line(text),
    beforeWork: async (client) => {
      await reviveLostRuns(client);
      for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' }))
        screen.line(`${workflowId} is unfinished: it goes on, unless it is held (queryloop status ${workflowId})`);
    },
  });
  try {
    screen.line(
      `Temporal at ${platform.address}; workers on the queues cpu, policy and sql; logs in ${platform.folders.logs}`,
    );
    const { metrics } = lockHolder(platform.folders.home) ?? {};
    if (metrics !== undefined) screen.line(`Metrics of the worker at http://${metrics}/metrics`);
    screen.line('Ready: "queryloop run <config.yaml>" in this folder uses these services. Ctrl-C stops all of it.');
    const stop = new AbortController();
    const ended = AbortSignal.any([signal, stop.signal]);
    const served = options.console ? keepConsole(platform, options, screen, ended) : interrupted(ended);
    try {
      await Promise.race([served, platform.failed]);
    } finally {
      stop.abort();
      await served.catch(() => undefined);
    }
    screen.line('stopping …');
  } finally {
    await platform.stop();
  }
}

/**
 * Serves the console until `signal`. The platform does not depend on it: when it cannot be kept alive, that is said and runs go on.
 * Throws UserError for options that cannot be.
 */
async function keepConsole(platform: Platform, options: ConsoleOptions, screen: Screen, signal: AbortSignal) {
  try {
    const server = await serveConsole(platform, options, screen, signal);
    screen.line(`Console at ${server.url}`);
    await Promise.race([interrupted(signal), server.failed]).finally(() => server.stop());
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof UserError && error.field !== undefined) throw error;
    screen.line(`no console: ${error instanceof Error ? error.message : String(error)}`);
    await interrupted(signal);
  }
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
