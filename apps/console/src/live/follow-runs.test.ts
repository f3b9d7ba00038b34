/** Followers of a real store file that another process writes: nothing lost, nothing doubled, whatever happens between. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openStore, type Store } from '@queryloop/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeCursor } from './cursor.ts';
import { followRuns, type LiveMessage } from './follow-runs.ts';
import { type RunWatch, watchRuns } from './run-watch.ts';
import { config, evaluate, type RunsToWrite, writeUpdate } from './run-writer.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-live-'));
const pace = { busyMs: 20, idleMs: 20, mostMs: 100 };
let store: Store;
beforeAll(async () => {
  store = await openStore({ folder });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a page does: it keeps the last id, and every point it was told. */
class Follower {
  readonly points: string[] = [];
  readonly events: string[] = [];
  cursor: string | null = null;
  readonly runIds: string[] | null;

  constructor(runIds: string[] | null) {
    this.runIds = runIds;
  }

  /** Connects and takes messages until `isEnough`; a watch of its own is what a restarted server has. */
  async follow(isEnough: (message: LiveMessage) => boolean, watch: RunWatch = watchRuns(async () => store, pace)) {
    const gone = new AbortController();
    const places = (runIds: readonly string[]) => store.feed.positions(runIds);
    const following = { runIds: this.runIds, cursor: this.cursor, signal: gone.signal };
    for await (const message of followRuns(watch, places, following)) {
      this.cursor = message.id;
      this.take(message);
      if (isEnough(message)) break;
    }
    gone.abort();
  }

  private take(message: LiveMessage): void {
    if (message.event === 'points') {
      const { runId, points } = message.data;
      for (const { update, values } of points)
        for (const name of Object.keys(values)) this.points.push(`${runId} ${update} ${name}`);
      return;
    }
    const { data } = message;
    if (message.event === 'run') this.events.push(`${message.data.runId} ${message.data.status}`);
    else this.events.push('runId' in data ? `${data.runId} ${message.event} ${message.data.update}` : message.event);
  }
}

const write = (runs: Omit<RunsToWrite, 'folder'>) => {
  const program = new URL('./run-writer.fixture.ts', import.meta.url).pathname;
  return promisify(execFile)(process.execPath, [program, JSON.stringify({ folder, ...runs })]);
};

/** Every point of a run that is stored after an update. */
async function stored(runId: string, after = -1): Promise<string[]> {
  const names = (await store.series.names([runId])).map(({ name }) => name);
  const series = await store.series.read([runId], names);
  return series.flatMap(({ name, updates }) =>
    updates.filter((update) => update > after).map((update) => `${runId} ${update} ${name}`),
  );
}

const isEnd = ({ event, data }: LiveMessage): boolean => event === 'run' && data.status === 'finished';

test('two pages follow what another process writes, one through restarts of the server, and both know every point once', async () => {
  for (const id of ['steady', 'second']) await store.runs.create({ id, config });
  const writing = write({ runIds: ['steady', 'second'], first: 1, last: 40, pauseMs: 20, status: 'finished' });
  const [patient, restless] = [new Follower(['steady', 'second']), new Follower(['steady', 'second'])];
  let ended = 0;
  const bothEnded = (message: LiveMessage): boolean => isEnd(message) && ++ended === 2;
  const patience = patient.follow(bothEnded);
  // Each new connection tells again which runs have ended.
  const isOver = ({ events }: Follower) => new Set(events.filter((event) => event.endsWith('finished'))).size === 2;
  while (!isOver(restless)) {
    let messages = 0;
    await restless.follow(() => ++messages % 7 === 0 || isOver(restless));
  }
  await Promise.all([patience, writing]);
  const all = [...(await stored('steady')), ...(await stored('second'))];
  expect(all.length).toBeGreaterThan(2 * 40 * 2);
  for (const { points, events } of [patient, restless]) {
    expect(points.toSorted()).toEqual(all.toSorted());
    expect(events.filter((event) => event.includes('restarted'))).toEqual([]);
  }
});

test('a page that read the series first goes on from there', async () => {
  await store.runs.create({ id: 'read', config });
  for (const update of [1, 2, 3]) await writeUpdate(store, 'read', update);
  const follower = new Follower(['read', 'never heard of']);
  follower.cursor = writeCursor(await store.feed.positions(['read']));
  await writeUpdate(store, 'read', 4);
  await store.runs.setStatus('read', 'finished');
  await follower.follow(isEnd);
  expect(follower.points).toEqual(await stored('read', 3));
  expect(follower.events.at(-1)).toBe('read finished');
});

test('a run that is taken back says so, and goes on from where it stands', async () => {
  await store.runs.create({ id: 'back', config });
  const follower = new Follower(['back']);
  const following = follower.follow(isEnd);
  for (let update = 1; update <= 8; update++) await writeUpdate(store, 'back', update);
  await expect.poll(() => follower.points.length).toBe((await stored('back')).length);
  await store.runs.restart('back', { config, update: 6, changes: [] });
  await expect.poll(() => follower.events).toContain('back restarted 6');
  for (let update = 7; update <= 9; update++) await writeUpdate(store, 'back', update);
  await store.runs.setStatus('back', 'finished');
  await following;
  const again = (points: string[]) => points.filter((point) => /^back [789] /.test(point)).length;
  // 7 and 8 were told, lost and told again; 9 once.
  expect(again(follower.points)).toBe(2 * (2 + 2) + 2);
});

test('a run that was taken back and grew as long again while the page was away is read anew', async () => {
  await store.runs.create({ id: 'other', config });
  for (let update = 1; update <= 4; update++) await writeUpdate(store, 'other', update);
  const follower = new Follower(['other']);
  await follower.follow(({ event }) => event === 'run');
  await store.runs.restart('other', { config, update: 2, changes: [] });
  for (const update of [3, 4]) await store.metrics.record('other', update, { reward: -1, num_tokens: 10 });
  await follower.follow(({ event }) => event === 'restarted');
  expect(follower.events).toContain('other restarted 4');
  expect(follower.points).toEqual([]);
});

test('who follows everything hears of new runs, of their points, and of those that ended meanwhile', async () => {
  const follower = new Follower(null);
  await store.runs.create({ id: 'short', config });
  await follower.follow(({ event, data }) => event === 'run' && data.runId === 'short');
  await writeUpdate(store, 'short', 1);
  await store.runs.setStatus('short', 'failed', { error: 'diverged' });
  const following = follower.follow((message) => isEnd(message) && follower.events.includes('newest finished'));
  await expect.poll(() => follower.events).toContain('short failed');
  await write({ runIds: ['newest'], first: 1, last: 5, pauseMs: 10, status: 'finished' });
  await following;
  expect(follower.events).toContain('runs');
  const known = follower.points.filter((point) => point.startsWith('newest'));
  const from =
    follower.events
      .find((event) => event.startsWith('newest restarted'))
      ?.split(' ')
      .at(-1) ?? -1;
  expect(known.toSorted()).toEqual((await stored('newest', Number(from))).toSorted());
  expect(follower.points).toContain('short 1 reward');
  expect(follower.cursor).not.toContain('short');
});

test('a page that comes back with a cursor nobody understands reads everything anew', async () => {
  await store.runs.create({ id: 'lasting', config });
  await writeUpdate(store, 'lasting', 1);
  const follower = new Follower(['lasting']);
  follower.cursor = 'of another version';
  await follower.follow(({ event }) => event === 'run');
  expect(follower.events).toEqual(['lasting restarted 1', 'runs', 'lasting running']);
});

test('many pages cost one look, ended runs none, and nobody looks when the last page is gone', async () => {
  await store.runs.create({ id: 'over', config });
  await writeUpdate(store, 'over', 1);
  await evaluate(store, 'over', 1, 'test');
  await store.runs.setStatus('over', 'finished');
  const looks: (readonly string[])[] = [];
  let reads = 0;
  const counted: Store = {
    ...store,
    feed: {
      ...store.feed,
      heads: (also = []) => {
        looks.push(also);
        return store.feed.heads(also);
      },
      since: (...input) => {
        reads += 1;
        return store.feed.since(...input);
      },
    },
  };
  await store.runs.create({ id: 'shared', config });
  const watch = watchRuns(async () => counted, pace);
  const followers = Array.from({ length: 10 }, () => new Follower(['over', 'shared']));
  const following = followers.map((each) => each.follow(({ event }) => event === 'points', watch));
  await expect.poll(() => followers.every(({ events }) => events.length === 2)).toBe(true);
  const joined = looks.length;
  await expect.poll(() => looks.length).toBeGreaterThan(joined + 3);
  expect(looks.slice(joined).flat()).not.toContain('over');
  await writeUpdate(store, 'shared', 1);
  await Promise.all(following);
  for (const { points } of followers) expect(points).toEqual(await stored('shared'));
  expect(reads).toBeLessThanOrEqual(2);
  const atTheEnd = looks.length;
  await new Promise((resolve) => setTimeout(resolve, 10 * pace.idleMs));
  expect(looks.length).toBeLessThanOrEqual(atTheEnd + 1);
});

test('a store that fails for a while ends the messages; the next connection goes on', async () => {
  await store.runs.create({ id: 'failing', config });
  let isAway = false;
  const opening = async () => {
    if (isAway) throw new Error('the store is locked');
    return store;
  };
  const watch = watchRuns(opening, pace);
  const follower = new Follower(['failing']);
  await follower.follow(({ event }) => event === 'run', watch);
  isAway = true;
  await expect(follower.follow(() => true, watch)).rejects.toThrow('locked');
  await writeUpdate(store, 'failing', 1);
  isAway = false;
  await follower.follow(({ event }) => event === 'points', watch);
  expect(follower.points).toEqual(await stored('failing'));
});
