/** `queryloop pause <run or sweep>`: drops the step in progress, which is repeated later, and holds the run. */
import { pause as pauseRun } from '@queryloop/control';
import { RunFailed } from '../exit-code.ts';
import { reachRun } from '../reach-run.ts';

const timeoutMs = 60_000;

export async function pause(id: string, signal: AbortSignal): Promise<void> {
  await reachRun({ command: 'pause', id }, signal, async (control) => {
    const { held, said } = await pauseRun(control, id, { timeoutMs });
    if (held) return `${said}; go on with: queryloop resume ${id}`;
    throw new RunFailed(`${said}: is a worker there? Look at it with: queryloop status ${id}`);
  });
}
