import type { RunPosition } from '@queryloop/store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readCursor, writeCursor } from './cursor.ts';
import { type EventSourceLike, LiveConnection, type LiveHandlers } from './live-connection.ts';

/** Stands for the browser's: what a test sends comes out as its events. */
class Source implements EventSourceLike {
  readonly address: URL;
  closed = false;
  readonly #target = new EventTarget();
  readonly addEventListener = this.#target.addEventListener.bind(this.#target);

  constructor(address: string) {
    this.address = new URL(address, 'http://console');
  }
  close(): void {
    this.closed = true;
  }
  emit(event: string): void {
    this.#target.dispatchEvent(new Event(event));
  }
  send(event: string, data: unknown, positions: Record<string, Partial<RunPosition>>): void {
    const lastEventId = writeCursor(cursorOf(positions));
    this.#target.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data), lastEventId }));
  }
  get after(): Map<string, RunPosition> {
    return readCursor(this.address.searchParams.get('after') ?? '');
  }
}

const cursorOf = (positions: Record<string, Partial<RunPosition>>): Map<string, RunPosition> =>
  new Map(
    Object.entries(positions).map(([runId, position]) => [
      runId,
      { metrics: -1, dev: -1, test: -1, changes: 0, check: '', spent: null, ...position },
    ]),
  );
const points = (runId: string, ...updates: number[]) => ({
  runId,
  points: updates.map((update) => ({ update, tokens: 0, seconds: 0, values: { reward: update } })),
});

let sources: Source[] = [];
let live: LiveConnection;
beforeEach(() => {
  vi.useFakeTimers();
  sources = [];
  live = new LiveConnection((address) => {
    const source = new Source(address);
    sources.push(source);
    return source;
  });
});
afterEach(() => vi.useRealTimers());

const newest = (): Source => sources.at(-1) as Source;
const settle = () => vi.advanceTimersByTime(50);

/** A subscriber that notes what it hears. */
function listener(): { heard: string[]; handlers: () => LiveHandlers } {
  const heard: string[] = [];
  const handlers: LiveHandlers = {
    onPoints: ({ runId, points: all }) =>
      heard.push(
        ...all.flatMap(({ update, values }) => Object.keys(values).map((name) => `${runId} ${update} ${name}`)),
      ),
    onRun: ({ runId, status }) => heard.push(`${runId} ${status}`),
    onRuns: () => heard.push('runs'),
    onRestarted: ({ runId }) => heard.push(`${runId} restarted`),
  };
  return { heard, handlers: () => handlers };
}

test('parts of a page share one connection, and each hears of its runs only', () => {
  const [left, right, all] = [listener(), listener(), listener()];
  live.subscribe({ runIds: ['b', 'a'], ...left });
  live.subscribe({ runIds: ['b'], ...right });
  settle();
  expect(sources).toHaveLength(1);
  expect(newest().address.searchParams.get('runs')).toBe('a,b');
  newest().send('points', points('a', 1), { a: { metrics: 1 } });
  newest().send('runs', {}, { a: { metrics: 1 } });
  expect([left.heard, right.heard]).toEqual([['a 1 reward', 'runs'], ['runs']]);

  live.subscribe({ runIds: '*', ...all });
  settle();
  expect([sources[0]?.closed, newest().address.searchParams.get('runs')]).toEqual([true, '*']);
  expect(newest().after.get('a')?.metrics).toBe(1);
  newest().send('run', { runId: 'c', status: 'running' }, {});
  expect([left.heard.at(-1), all.heard]).toEqual(['runs', ['c running']]);
});

test('a lost connection is tried again later and later, from the last event; an open one begins anew', () => {
  const { heard, handlers } = listener();
  live.subscribe({ runIds: ['a'], handlers });
  settle();
  newest().emit('open');
  expect(live.state).toBe('open');
  newest().send('points', points('a', 1, 2), { a: { metrics: 2, check: 'aa' } });
  const waits: number[] = [];
  for (let time = 0; time < 8; time++) {
    newest().emit('error');
    expect([live.state, newest().closed]).toEqual(['waiting', true]);
    const before = sources.length;
    let waited = 0;
    for (; sources.length === before; waited += 50) vi.advanceTimersByTime(50);
    waits.push(waited);
    expect(newest().after.get('a')).toMatchObject({ metrics: 2, check: 'aa' });
  }
  expect(waits[0]).toBeLessThanOrEqual(1300);
  expect(waits[4]).toBeGreaterThan(7000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(12_550);
  newest().emit('open');
  newest().send('points', points('a', 3), { a: { metrics: 3 } });
  expect(heard).toEqual(['a 1 reward', 'a 2 reward', 'a 3 reward']);
  newest().emit('error');
  live.retry();
  expect(live.state).toBe('connecting');
});

test('who has read a run up to a place is given what came after it, and the others hear nothing twice', () => {
  const [first, late] = [listener(), listener()];
  live.subscribe({ runIds: ['a'], ...first, after: cursorOf({ a: { metrics: 3, dev: 0 } }) });
  settle();
  expect(newest().after.get('a')?.metrics).toBe(3);
  newest().send('points', points('a', 4, 5), { a: { metrics: 5, dev: 0 } });

  live.subscribe({ runIds: ['a'], ...late, after: cursorOf({ a: { metrics: 4, dev: 0 } }) });
  settle();
  expect(newest().after.get('a')?.metrics).toBe(4);
  newest().send('points', points('a', 5, 6), { a: { metrics: 6, dev: 0 } });
  expect(first.heard).toEqual(['a 4 reward', 'a 5 reward', 'a 6 reward']);
  expect(late.heard).toEqual(['a 5 reward', 'a 6 reward']);

  const connections = sources.length;
  live.subscribe({ runIds: ['a'], ...listener(), after: cursorOf({ a: { metrics: 6, dev: 0 } }) });
  settle();
  expect(sources).toHaveLength(connections);
});

test('a score of an update before the newest is heard once, and a run taken back is heard again', () => {
  const { heard, handlers } = listener();
  live.subscribe({ runIds: ['a'], handlers });
  settle();
  const scored = (update: number, name: string) => ({
    runId: 'a',
    points: [{ update, tokens: 0, seconds: 0, values: { [name]: 1 } }],
  });
  newest().send('points', points('a', 9), { a: { metrics: 9 } });
  for (let time = 0; time < 2; time++) newest().send('points', scored(5, 'test/ems'), { a: { metrics: 9, test: 5 } });
  newest().send('restarted', { runId: 'a', update: 7 }, { a: { metrics: 7 } });
  newest().send('points', points('a', 8, 9), { a: { metrics: 9 } });
  expect(heard).toEqual(['a 9 reward', 'a 5 test/ems', 'a restarted', 'a 8 reward', 'a 9 reward']);
});

test('nobody left closes the connection, also while it waits', () => {
  const leave = live.subscribe({ runIds: ['a'], ...listener() });
  settle();
  leave();
  settle();
  expect(newest().closed).toBe(true);
  const leaveAgain = live.subscribe({ runIds: ['a'], ...listener() });
  settle();
  newest().emit('error');
  leaveAgain();
  vi.advanceTimersByTime(100_000);
  expect(sources).toHaveLength(2);
});
