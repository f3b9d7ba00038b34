/** `queryloop start`: the platform (Temporal and workers) until Ctrl-C. Runs that a killed command left go on by themselves. */
import { openPlatform } from '../platform.ts';
import { reviveLostRuns } from '../revive-runs.ts';
import { openScreen } from '../screen.ts';

export async function start(signal: AbortSignal): Promise<void> {
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
    screen.line('Ready: "queryloop run <config.yaml>" in this folder uses these services. Ctrl-C stops all of it.');
    const interrupted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve());
    });
    await Promise.race([interrupted, platform.failed]);
    screen.line('stopping …');
  } finally {
    await platform.stop();
  }
}
