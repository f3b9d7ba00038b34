/** `queryloop replay <run> --at <update>`: one update done again from its stored inputs. */
import type { ReplayResult } from '@queryloop/contracts';
import { runAnalysis } from '../analysis/run-analysis.ts';
import { RunFailed } from '../exit-code.ts';
import type { FollowOptions } from '../on-platform.ts';
import { duration, openScreen } from '../screen.ts';
import { tableLines } from '../table.ts';

export interface ReplayOptions extends FollowOptions {
  at: number;
}

/** Throws RunFailed, after everything is printed, when something came out differently. */
export async function replay(runId: string, { at, json, worker }: ReplayOptions, signal: AbortSignal): Promise<void> {
  const screen = openScreen({ json });
  const request = { kind: 'replay', runId, settings: { update: at } } as const;
  const { analysisId, result } = await runAnalysis<'replay'>(request, { worker, screen }, signal);
  const { from, parts, metrics, seconds, equal } = result;
  screen.line();
  for (const line of tableLines(['', 'stored', 'done again', ''], parts.map(cells))) screen.line(line);
  screen.line(
    `  ${Object.keys(metrics.stored).length} metrics: ${metrics.largestDifference === 0 ? 'equal' : `differ by up to ${metrics.largestDifference}`}`,
  );
  screen.line();
  const replayed = from.replayed === 0 ? '' : `, with ${from.replayed} stored updates replayed on it`;
  screen.line(`done in ${duration(seconds)} from the snapshot after update ${from.update}${replayed}`);
  if (json) process.stdout.write(`${JSON.stringify({ analysisId, runId, ...result })}\n`);
  if (!equal)
    throw new RunFailed(
      `update ${at} of run ${runId} came out differently; another machine or version may differ in the last bits`,
    );
  screen.line(`update ${at} came out the same to the last bit`);
}

function cells({
  what,
  shard,
  storedHash,
  replayedHash,
  equal,
  difference,
  largestDifference,
}: ReplayResult['parts'][number]): string[] {
  const apart = largestDifference === null ? '' : ` by up to ${largestDifference}`;
  return [
    shard === null ? what : `${what}, shard ${shard + 1}`,
    storedHash.slice(0, 12),
    replayedHash.slice(0, 12),
    equal ? 'equal' : `${difference ?? 'differs'}${apart}`,
  ];
}
