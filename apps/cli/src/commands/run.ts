/** `queryloop run <config.yaml>`: one experiment from data to result, on embedded services unless others are there. */
import { loadConfig } from '@queryloop/contracts/load-config';
import { launch, planLaunch } from '@queryloop/control';
import { type FollowOptions, onPlatform } from '../on-platform.ts';

export interface RunOptions extends FollowOptions {
  seed?: string;
  set: string[];
  dryRun?: boolean;
  /** Serves the console beside the run. */
  console?: boolean;
}

export async function run(
  configFile: string,
  { seed, set, dryRun, json, worker, console = false }: RunOptions,
  signal: AbortSignal,
): Promise<void> {
  const config = loadConfig(configFile, { set, seed });
  if (dryRun) return await (await import('./dry-run.ts')).dryRun(config, { json });
  await onPlatform({ command: 'run', json, worker, console }, signal, (control) => launch(control, planLaunch(config)));
}
