/** Looks at the store for all who follow runs in this process: one look at a time, however many pages are open; none when none is. */
import type { RunHead, RunNews, RunPosition, Store } from '@queryloop/store';
import { writeCursor } from './cursor.ts';

/** What was seen last. */
export interface Sight {
  /** Grows with every change. */
  version: number;
  /** Another one: runs came, ended or went. */
  list: string;
  /** Runs that go on, those asked for, and those that went on while somebody looked. */
  heads: ReadonlyMap<string, RunHead>;
}

export interface RunWatch {
  /** Begins to follow; runs named are seen even if they have ended. Give it back with `leave`. */
  join(runIds: readonly string[]): Promise<{ sight: Sight; leave: () => void }>;
  /** The first sight after a version; null once `signal` is aborted. */
  next(version: number, signal: AbortSignal): Promise<Sight | null>;
  /** News of a run; read once for all followers at the same place. */
  since(runId: string, position: RunPosition): Promise<RunNews>;
}

export interface Pace {
  /** Between looks while something runs. */
  busyMs: number;
  idleMs: number;
  /** Longest wait after looks that failed. */
  mostMs: number;
}

/** Updates in one event; a follower that is far behind gets several. */
const updatesInEvent = 200;

export function watchRuns(
  openStore: () => Promise<Store>,
  { busyMs, idleMs, mostMs }: Pace = { busyMs: 500, idleMs: 1500, mostMs: 10_000 },
): RunWatch {
  const followers = new Set<readonly string[]>();
  const waiting = new Set<() => void>();
  let sight: Sight = { version: 0, list: '', heads: new Map() };
  let read = new Map<string, Promise<RunNews>>();
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let looking: Promise<void> = Promise.resolve();

  const look = async (named: readonly string[]): Promise<void> => {
    const { feed } = await openStore();
    const list = await feed.list();
    const before = [...sight.heads.values()].filter(({ finishedAt }) => finishedAt === null).map(({ runId }) => runId);
    // A run that ended, went on and ended again between two looks is found by the list.
    const asked = list === sight.list ? named : [...named, ...[...followers].flat()];
    const heads = await feed.heads([...new Set([...before, ...asked])]);
    read = new Map();
    const changed = heads.filter((head) => !isSame(head, sight.heads.get(head.runId)));
    if (changed.length === 0 && list === sight.list) return;
    const known = new Map([...sight.heads, ...changed.map((head) => [head.runId, head] as const)]);
    sight = { version: sight.version + 1, list, heads: known };
    for (const wake of waiting) wake();
  };

  /** One look after another. */
  const lookNext = (named: readonly string[] = []): Promise<void> => {
    looking = looking.catch(() => undefined).then(() => look(named));
    return looking;
  };

  const schedule = (): void => {
    clearTimeout(timer);
    if (followers.size === 0) return;
    const isBusy = [...sight.heads.values()].some(({ status }) => status === 'running');
    const wait = failures > 0 ? Math.min(mostMs, idleMs * 2 ** failures) : isBusy ? busyMs : idleMs;
    timer = setTimeout(() => {
      lookNext().then(
        () => {
          failures = 0;
          schedule();
        },
        () => {
          failures += 1;
          schedule();
        },
      );
    }, wait);
    timer.unref();
  };

  return {
    join: async (runIds) => {
      await lookNext(runIds);
      followers.add(runIds);
      schedule();
      return {
        sight,
        leave: () => {
          followers.delete(runIds);
          if (followers.size > 0) return;
          clearTimeout(timer);
          sight = { ...sight, heads: new Map() };
        },
      };
    },

    next: (version, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(null);
        if (sight.version > version) return resolve(sight);
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve(signal.aborted ? null : sight);
        };
        waiting.add(wake);
        signal.addEventListener('abort', wake);
      }),

    since: (runId, position) => {
      const key = writeCursor(new Map([[runId, position]]));
      const known = read.get(key);
      if (known !== undefined) return known;
      const news = openStore().then(({ feed }) => feed.since(runId, position, updatesInEvent));
      const page = read.set(key, news);
      news.catch(() => page.delete(key));
      return news;
    },
  };
}

function isSame(head: RunHead, before: RunHead | undefined): boolean {
  return before !== undefined && JSON.stringify(head) === JSON.stringify(before);
}
