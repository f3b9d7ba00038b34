/** What one follower of runs is told, in order: every point once, whatever happened to the run, the store or this server between. */
import { hidePassword } from '@queryloop/contracts';
import { nowhere, type RunHead, type RunPosition } from '@queryloop/store';
import { readCursor, writeCursor } from './cursor.ts';
import type { RunWatch, Sight } from './run-watch.ts';
import type { LiveEvent } from './schemas.ts';

/** An event with the place in the stream after it. */
export type LiveMessage = LiveEvent & { id: string };

export interface Following {
  /** Null: every run that goes on. */
  runIds: readonly string[] | null;
  /** The last message's id; null at the beginning: the follower has then read what is stored just now. */
  cursor: string | null;
  /** Ends the messages. */
  signal: AbortSignal;
}

/**
 * Messages are made when they are asked for, so a slow follower gets more points in fewer messages and holds nobody up. A
 * run's end is told after its last point. @throws when the store cannot be read; the cursor then still holds
 */
export async function* followRuns(
  watch: RunWatch,
  places: (runIds: readonly string[]) => Promise<Map<string, RunPosition>>,
  { runIds, cursor, signal }: Following,
): AsyncGenerator<LiveMessage, void> {
  const positions = readCursor(cursor ?? '');
  const told = new Map<string, string>();
  // What the follower knew may have been replaced by as much of the same: it is compared even where nothing seems new.
  const unchecked = new Set(positions.keys());
  const { sight: first, leave } = await watch.join(runIds ?? [...unchecked]);
  const message = (event: LiveEvent): LiveMessage => ({ ...event, id: writeCursor(positions) });
  const wanted = (sight: Sight): RunHead[] =>
    runIds === null
      ? [...sight.heads.values()].filter(({ runId, finishedAt }) => finishedAt === null || positions.has(runId))
      : runIds.flatMap((runId) => sight.heads.get(runId) ?? []);

  try {
    const fresh = wanted(first).filter(({ runId }) => !positions.has(runId));
    const now = await places(fresh.map(({ runId }) => runId));
    for (const [runId, position] of now) {
      positions.set(runId, position);
      if (cursor !== null) yield message(restarted(runId, position));
    }
    // Runs may have come and gone while nobody followed.
    let list = cursor === null ? first.list : '';
    for (let sight: Sight | null = first; sight !== null; sight = await watch.next(sight.version, signal)) {
      if (sight.list !== list) yield message({ event: 'runs', data: {} });
      list = sight.list;
      for (const head of wanted(sight)) {
        if (signal.aborted) return;
        const { runId } = head;
        if (!positions.has(runId)) {
          const position = (await places([runId])).get(runId) ?? nowhere;
          positions.set(runId, position);
          // Whether the follower has read this run before, and which part of it, is not known here.
          if (position.metrics >= 0) yield message(restarted(runId, position));
        }
        for (;;) {
          const position = positions.get(runId) as RunPosition;
          if (!unchecked.delete(runId) && !isBehind(position, head)) break;
          const news = await watch.since(runId, position);
          positions.set(runId, news.position);
          if (news.lost) yield message(restarted(runId, news.position));
          if (news.points.length > 0) yield message({ event: 'points', data: { runId, points: news.points } });
          if (!news.more) break;
        }
        const state = stateOf(head);
        const text = JSON.stringify(state);
        if (told.get(runId) !== text) {
          told.set(runId, text);
          yield message({ event: 'run', data: state });
        }
        // It is not waited for any more; should it go on, the follower is told to read it anew.
        if (runIds === null && head.finishedAt !== null) positions.delete(runId);
      }
    }
  } finally {
    leave();
  }
}

function isBehind(position: RunPosition, head: RunHead): boolean {
  const parts = ['metrics', 'dev', 'test', 'changes'] as const;
  return parts.some((part) => position[part] !== head[part]);
}

function stateOf({ runId, status, metrics, error, finishedAt }: RunHead) {
  return {
    runId,
    status,
    update: metrics,
    error: error === null ? null : hidePassword(error),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

function restarted(runId: string, { metrics }: RunPosition): LiveEvent {
  return { event: 'restarted', data: { runId, update: metrics } };
}
