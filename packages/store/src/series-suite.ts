/** What charts and live pages read of the store, on every database; the tests of SQLite and MariaDB run it. */
import { ExperimentConfig, type Scores, type SplitName } from '@queryloop/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from './open-store.ts';
import { nowhere, type RunPosition } from './repositories/feed.ts';

const config = ExperimentConfig.parse({ name: 'followed' });
const predictions = { kind: 'predictions', hash: 'a'.repeat(64), bytes: 1 } as const;
const scored = (accuracy: number): Scores => ({
  ...{ n: 4, correct: 4 * accuracy, accuracy, failed: 0, errorRate: 0.25, ems: accuracy, rems: 1, byType: {} },
});

/** Registers the tests; `url` is asked for once, when they begin. */
export function seriesOfStore(folder: string, url: () => string | undefined): void {
  let store: Store;
  beforeAll(async () => {
    store = await openStore({ folder, url: url() });
  });
  afterAll(() => store.close());

  const evaluate = (runId: string, update: number, split: SplitName, accuracy: number) =>
    store.evaluations.record({ runId, update, split, scores: scored(accuracy), predictions, rows: [] });
  const step = (runId: string, update: number, name: string, seconds: number) =>
    store.steps.record(runId, { update, name, seconds, output: {} });
  /** A run with a baseline and so many updates: 10 tokens, 2 s of training and an evaluation of 1 s each. */
  const fill = async (id: string, updates: number): Promise<void> => {
    await store.runs.create({ id, config });
    await step(id, 0, 'warmStart', 5);
    await store.metrics.record(id, 0, { warm_loss: 1 / 3 });
    for (const split of ['dev', 'test'] as const) {
      await step(id, 0, `evaluatePolicy:${split}`, 1);
      await evaluate(id, 0, split, 0.25);
    }
    await go(id, 1, updates);
  };
  const go = async (id: string, first: number, last: number): Promise<void> => {
    for (let update = first; update <= last; update++) {
      await step(id, update, 'generateRollout', 1.5);
      await step(id, update, 'updatePolicy', 0.5);
      await store.metrics.record(id, update, { reward: Math.sin(update) / 3, num_tokens: 10 });
      await step(id, update, 'evaluatePolicy:dev', 1);
      await evaluate(id, update, 'dev', update / 10);
    }
  };
  /** Follows a run to its end in pages. */
  const follow = async (id: string, from: RunPosition, limit?: number) => {
    const points = [];
    for (let position = from; ; ) {
      const news = await store.feed.since(id, position, limit);
      if (news.lost) return { lost: true, points, position: news.position };
      points.push(...news.points);
      position = news.position;
      if (!news.more) return { lost: false, points, position };
    }
  };

  test('series of many runs come in the order asked for, exact, with scores beside metrics', async () => {
    await fill('left', 3);
    await fill('right', 2);
    const series = await store.series.read(['right', 'left', 'none'], ['dev/accuracy', 'reward', 'nothing']);
    expect(series.map(({ runId, name, updates }) => [runId, name, updates])).toEqual([
      ['right', 'dev/accuracy', [0, 1, 2]],
      ['right', 'reward', [1, 2]],
      ['left', 'dev/accuracy', [0, 1, 2, 3]],
      ['left', 'reward', [1, 2, 3]],
    ]);
    expect(series[3]?.values).toEqual([1, 2, 3].map((update) => Math.sin(update) / 3));
    expect(series[2]?.values).toEqual([0.25, 0.1, 0.2, 0.3]);
    const [part] = await store.series.read(['left'], ['reward'], { after: 1, upTo: 2 });
    expect(part?.updates).toEqual([2]);
    expect(await store.series.read([], ['reward'])).toEqual([]);
  });

  test('the last points of runs come with when they were made', async () => {
    const found = await store.latest.points(['right', 'left', 'none']);
    const doneAt = await store.steps.doneAt('left');
    expect([...doneAt.keys()]).toEqual([0, 1, 2, 3]);
    const ofLeft = found.filter(({ runId }) => runId === 'left').sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(ofLeft).toEqual(
      [
        { name: 'dev/accuracy', update: 3, value: 0.3 },
        { name: 'dev/ems', update: 3, value: 0.3 },
        { name: 'dev/error_rate', update: 3, value: 0.25 },
        { name: 'dev/rems', update: 3, value: 1 },
        { name: 'num_tokens', update: 3, value: 10 },
        { name: 'reward', update: 3, value: Math.sin(3) / 3 },
        { name: 'warm_loss', update: 0, value: 1 / 3 },
      ].map((point) => ({ runId: 'left', ...point, at: doneAt.get(point.update) })),
    );
    expect(found.filter(({ runId }) => runId !== 'left').map(({ runId }) => runId)).toEqual(Array(7).fill('right'));
  });

  test('members of an experiment are told apart by seed', async () => {
    await store.runs.create({ id: 'seed 9', config: { ...config, seed: 9 } });
    const members = await store.series.members(['seed 9', 'unknown', 'left']);
    expect(members).toMatchObject([
      { runId: 'seed 9', seed: 9, experiment: { name: 'followed' } },
      { runId: 'left', seed: config.seed },
    ]);
    expect(members[0]?.experiment).toEqual(members[1]?.experiment);
  });

  test('names are those that any of the runs has', async () => {
    await store.metrics.record('right', 2, { only_here: 1, Reward: 2 });
    const names = await store.series.names(['left', 'right', 'none']);
    expect(names.filter(({ name }) => !/^(dev|test)/.test(name))).toEqual([
      { name: 'Reward', runs: 1 },
      { name: 'num_tokens', runs: 2 },
      { name: 'only_here', runs: 1 },
      { name: 'reward', runs: 2 },
      { name: 'warm_loss', runs: 2 },
    ]);
    expect(names.slice(1, 4).map(({ name }) => name)).toEqual(['dev/accuracy', 'dev/ems', 'dev/error_rate']);
    expect(await store.series.names([])).toEqual([]);
  });

  test('a series of more points than fit a packed row is whole', async () => {
    await store.runs.create({ id: 'long', config });
    const updates = [0, 19_999, 20_000, 20_001, 45_000];
    for (const update of updates.toReversed()) await store.metrics.record('long', update, { reward: update / 7 });
    const [series] = await store.series.read(['long'], ['reward']);
    expect(series).toEqual({ runId: 'long', name: 'reward', updates, values: updates.map((update) => update / 7) });
  });

  test('tokens and seconds add up, an evaluation counting to the update after it', async () => {
    const tokens = (await store.series.tokens(['left'])).get('left');
    expect(tokens).toEqual({ updates: [1, 2, 3], values: [10, 20, 30] });
    const seconds = (await store.series.seconds(['left', 'right'])).get('left');
    expect(seconds).toEqual({ updates: [0, 1, 2, 3], values: [5, 9, 12, 15] });
  });

  test('a follower from nowhere gets every point once, in any page size, with what was spent', async () => {
    const whole = await follow('left', nowhere);
    expect(whole.points.map(({ update, tokens, seconds }) => [update, tokens, seconds])).toEqual([
      [0, 0, 5],
      [1, 10, 9],
      [2, 20, 12],
      [3, 30, 15],
    ]);
    expect(whole.points[0]?.values).toMatchObject({ warm_loss: 1 / 3, 'dev/accuracy': 0.25, 'test/accuracy': 0.25 });
    expect(whole.points[2]?.values).toMatchObject({ reward: Math.sin(2) / 3, 'dev/accuracy': 0.2 });
    for (const limit of [1, 2, 3]) expect(await follow('left', nowhere, limit)).toEqual(whole);
    expect(await follow('left', whole.position)).toEqual({ ...whole, points: [] });
    expect((await store.feed.positions(['left'])).get('left')).toEqual({ ...whole.position, spent: null });
  });

  test('a follower goes on from its position, without what it spent so far being told, and gets the last test', async () => {
    await fill('going', 2);
    const { position } = await follow('going', nowhere);
    await go('going', 3, 4);
    await step('going', 5, 'updatePolicy', 2);
    await store.metrics.record('going', 5, { num_tokens: 10 });
    await store.metrics.record('going', 6, { num_tokens: 10 });
    await evaluate('going', 1, 'test', 0.75);
    const { points } = await follow('going', { ...position, spent: null });
    expect(points.map(({ update, tokens, seconds }) => [update, tokens, seconds])).toEqual([
      [1, 10, 9],
      [3, 30, 15],
      [4, 40, 18],
      [5, 50, 21],
      [6, 60, 21],
    ]);
    expect(Object.keys(points[0]?.values ?? {})).toEqual(['test/accuracy', 'test/error_rate', 'test/ems', 'test/rems']);
  });

  test('an evaluation that is stored before the metrics of its update waits for them', async () => {
    await fill('ahead', 1);
    const { position } = await follow('ahead', nowhere);
    await evaluate('ahead', 2, 'dev', 0.5);
    const none = await follow('ahead', position);
    expect(none.points).toEqual([]);
    await store.metrics.record('ahead', 2, { reward: 1, num_tokens: 1 });
    expect((await follow('ahead', none.position)).points).toMatchObject([
      { update: 2, values: { reward: 1, 'dev/accuracy': 0.5 } },
    ]);
  });

  test('a run taken back is known to its followers, whether it has gone on since or not', async () => {
    await fill('back', 4);
    const { position } = await follow('back', nowhere);
    const restart = (changes: { field: string; from: number; to: number }[] = []) =>
      store.runs.restart('back', { config, update: 2, changes });
    await restart();
    const taken = await store.feed.since('back', position);
    expect(taken).toMatchObject({ lost: true, points: [], position: { metrics: 2, dev: 2 } });
    await go('back', 3, 5);
    expect((await follow('back', taken.position)).points.map(({ update }) => update)).toEqual([3, 4, 5]);
    // It repeated itself to the last bit, so the follower knows the points before already.
    expect((await follow('back', position)).points.map(({ update }) => update)).toEqual([5]);

    await restart([{ field: 'seed', from: 1, to: 1 }]);
    await go('back', 3, 5);
    expect(await store.feed.since('back', position)).toMatchObject({
      lost: true,
      position: { metrics: 5, changes: 1 },
    });

    const changed = await store.feed.positions(['back']);
    await restart();
    for (const update of [3, 4, 5]) await store.metrics.record('back', update, { reward: -update, num_tokens: 10 });
    for (const update of [3, 4, 5]) await evaluate('back', update, 'dev', 0);
    expect(await store.feed.since('back', changed.get('back') as RunPosition)).toMatchObject({ lost: true });
    expect((await store.feed.since('gone', position)).position).toEqual(nowhere);
  });

  test('heads are of runs that go on and of those asked for; the list tells of runs that came or ended', async () => {
    const before = await store.feed.list();
    expect(await store.feed.list()).toBe(before);
    await fill('ended', 1);
    const added = await store.feed.list();
    expect(added).not.toBe(before);
    await store.runs.setStatus('ended', 'failed', { error: 'diverged' });
    expect(await store.feed.list()).not.toBe(added);
    const ids = async (also?: string[]) => (await store.feed.heads(also)).map(({ runId }) => runId);
    expect(await ids()).toContain('left');
    expect(await ids()).not.toContain('ended');
    expect((await store.feed.heads(['ended', 'unknown'])).find(({ runId }) => runId === 'ended')).toMatchObject({
      status: 'failed',
      error: 'diverged',
      finishedAt: expect.any(Date),
      metrics: 1,
      dev: 1,
      test: 0,
      changes: 0,
    });
  });
}
