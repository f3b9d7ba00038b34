/** Prints the result of a run: for people, and as the JSON document of `--json`. */
import { relative } from 'node:path';
import type { RunResult } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { openArtifacts } from '@queryloop/store/artifacts';
import { resultLines } from './result-table.ts';
import type { Screen } from './screen.ts';

/** `peakRssMb` is known to the command that ran it. */
export async function printResult(
  result: RunResult,
  screen: Screen,
  { json, peakRssMb }: { json: boolean; peakRssMb?: number },
): Promise<void> {
  const { home } = foldersOf();
  const checkpoint = await openArtifacts(home).path(result.checkpoint);
  for (const line of resultLines(result)) screen.line(line);
  screen.line();
  if (peakRssMb !== undefined) screen.line(`peak memory of all processes: ${peakRssMb} MB`);
  screen.line(
    `stored as run ${result.runId} in ${relative('.', home) || '.'}; trained policy: ${relative('.', checkpoint)}`,
  );
  screen.line(`look at it: queryloop evaluate --policy ${result.runId} --split dev`);
  if (json) {
    const { checkpoint: reference, ...rest } = result;
    const document = {
      ...rest,
      ...(peakRssMb !== undefined && { peakRssMb }),
      checkpoint,
      checkpointHash: reference.hash,
    };
    process.stdout.write(`${JSON.stringify(document)}\n`);
  }
}
