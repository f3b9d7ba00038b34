/** `queryloop run <config.yaml>`: one experiment from data to result, or a table of many, on embedded services unless others are there. */
import { UserError } from '@queryloop/contracts';
import { isTableFile, loadConfig } from '@queryloop/contracts/load-config';
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
  if (isTableFile(configFile)) {
    requireNothingSet(configFile, { seed, set });
    return await (await import('./run-table.ts')).runTable(
      configFile,
      { json, worker, ...(dryRun && { dryRun }) },
      signal,
    );
  }
  const config = loadConfig(configFile, { set, seed });
  if (dryRun) return await (await import('./dry-run.ts')).dryRun(config, { json });
  await onPlatform({ command: 'run', json, worker, console }, signal, (control) => launch(control, planLaunch(config)));
}

/** A page says what its table was made with: that stands in its file. */
function requireNothingSet(file: string, { seed, set }: Pick<RunOptions, 'seed' | 'set'>): void {
  const option = seed !== undefined ? '--seed' : set.length > 0 ? '--set' : undefined;
  if (option === undefined) return;
  throw new UserError({
    message: `${option}: ${file} is a table, whose file says which settings and seeds it runs`,
    field: option,
    hint: 'Change its fields "set", "variants" or "seeds", or run its experiment alone.',
  });
}
