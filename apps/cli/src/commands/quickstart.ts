/** `queryloop quickstart`: the default experiment. */
import { fileURLToPath } from 'node:url';
import { type RunOptions, run } from './run.ts';

const config = fileURLToPath(new URL('../../../../experiments/quickstart.yaml', import.meta.url));

export async function quickstart(options: Omit<RunOptions, 'worker'>, signal: AbortSignal): Promise<void> {
  await run(config, { ...options, worker: true, console: !options.json }, signal);
}
