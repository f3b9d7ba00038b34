/** Reward modules of users, as they are written and as they go wrong; each runs in a real process. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RewardConfig, UserError } from '@queryloop/contracts';
import { afterAll, describe, expect, test } from 'vitest';
import { ModuleProcess, moduleLimits } from './module-process.ts';
import { openReward } from './open-reward.ts';
import { rewardedQuery } from './rewarded-query.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-reward-'));
const started: ModuleProcess[] = [];
afterAll(() => {
  for (const process of started) process.close();
  rmSync(folder, { recursive: true });
});

let written = 0;
function moduleOf(
  text: string,
  { ending = 'mjs', ...limits }: { ending?: string; timeoutMs?: number; batchSize?: number } = {},
) {
  const module = join(folder, `reward-${written++}.${ending}`);
  writeFileSync(module, text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const process = new ModuleProcess({ name: 'mine', module, sha256, place: 1 }, { ...moduleLimits, ...limits });
  started.push(process);
  return { module, process };
}

const batch = (size: number) => Array.from({ length: size }, (_, i) => rewardedQuery({ tokens: i }));

async function mistakeOf(scoring: Promise<unknown>): Promise<UserError> {
  const error = await scoring.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('a module that does what it should', () => {
  test('scores batches of any size, in their order, in one process', async () => {
    const { process } = moduleOf(
      'let calls = 0; export default async (batch) => { calls += 1; return batch.map(({ tokens }) => tokens === 3 ? null : tokens + calls / 10); }',
      { batchSize: 4 },
    );
    let alive = 0;
    expect(await process.score(batch(6), { onAlive: () => (alive += 1) })).toEqual([0.1, 1.1, 2.1, null, 4.2, 5.2]);
    expect(alive).toBeGreaterThanOrEqual(2);
    expect(await process.score(batch(1))).toEqual([0.3]);
    expect(await process.score([])).toEqual([]);
  });

  test('may be TypeScript, print, and be asked by several at once', async () => {
    const { process } = moduleOf(
      'interface Query { tokens: number }\nexport default (batch: Query[]): number[] => { console.log(JSON.stringify({ id: 1, scores: [] })); console.error("!".repeat(200_000)); return batch.map(({ tokens }) => tokens); }',
      { ending: 'ts' },
    );
    const both = await Promise.all([process.score(batch(3)), process.score(batch(2))]);
    expect(both).toEqual([
      [0, 1, 2],
      [0, 1],
    ]);
  });

  test('is given all that a query is', async () => {
    const { process } = moduleOf(
      'export default (batch) => batch.map((query) => Object.keys(query).sort().join() === "completion,finished,gold,outcome,prompt,question,sql,tokens,verdict" && query.outcome.rows[0][0] === 2 ? 1 : 0)',
    );
    expect(await process.score(batch(1))).toEqual([1]);
  });

  test('is begun again once after a crash', async () => {
    const { process } = moduleOf(
      `import { existsSync, writeFileSync } from 'node:fs'; export default (batch) => { if (!existsSync(${JSON.stringify(join(folder, 'crashed'))})) { writeFileSync(${JSON.stringify(join(folder, 'crashed'))}, ''); process.kill(process.pid, 'SIGKILL'); } return batch.map(() => 7); }`,
    );
    expect(await process.score(batch(2))).toEqual([7, 7]);
  });
});

describe('a module that does not', () => {
  test.each([
    ['export default () => [1]', 'gave 1 scores for 2 queries'],
    ['export default () => 1', 'gave 1 rather than an array of scores'],
    ['export default async () => undefined', 'gave undefined rather than an array of scores'],
    ['export default () => [1, NaN]', 'gave NaN as the score of query 1'],
    ['export default () => [Infinity, 1]', 'gave Infinity as the score of query 0'],
    ['export default () => [1, "2"]', 'gave "2" as the score of query 1'],
    [
      'export default () => { const scores = []; scores[1] = 1; return scores; }',
      'gave undefined as the score of query 0',
    ],
    ['export default () => [() => 1, 2]', 'could not be cloned'],
    ['export default () => { throw new Error("no idea"); }', 'threw: Error: no idea\n    at '],
    [
      'export default async () => { console.log("before the end"); throw "text"; }',
      'threw: text; it printed last: before the end',
    ],
    ['export default (batch) => process.exit(3)', 'ended twice while it scored 2 queries (exit code 3)'],
    ['export const score = () => [1]', 'cannot be used: it has no default export'],
    ['export default 7', 'its default export is no function but number'],
    ['export default (', 'cannot be used: it cannot be loaded: '],
    ['import "./nowhere.mjs"; export default () => []', 'it cannot be loaded: '],
    ['throw new Error("at once")', 'it cannot be loaded: Error: at once'],
  ])('%s', async (text, expected) => {
    const { module, process } = moduleOf(text);
    const error = await mistakeOf(process.score(batch(2)));
    expect(error.message).toContain(`reward function mine (${module}) `);
    expect(error.message).toContain(expected);
    expect(error.field).toBe('reward.functions.1.module');
    expect(error.hint).toContain('--set reward.functions.1.sha256=now');
  });

  test.each([
    'export default () => { for (;;); }',
    'export default () => new Promise(() => setInterval(() => {}, 1000))',
    'await new Promise(() => setInterval(() => {}, 1000)); export default () => []',
  ])('is stopped when it takes too long, and scores again afterwards: %s', async (text) => {
    const { process } = moduleOf(text, { timeoutMs: 700 });
    const started = performance.now();
    expect((await mistakeOf(process.score(batch(1)))).message).toMatch(
      /took longer than 0.7 s to (load|score 1 queries)/,
    );
    expect(performance.now() - started).toBeLessThan(5_000);
    expect((await mistakeOf(process.score(batch(1)))).message).toContain('took longer');
  });

  test('that needs too much memory is told so, not by the native stack of V8', async () => {
    const { process } = moduleOf('export default () => { for (const all = []; ; ) all.push(new Array(1e6).fill(1)); }');
    const { message } = await mistakeOf(process.score(batch(3)));
    expect(message).toMatch(/needed more than 1024 MB of memory to score 3 queries$/);
  }, 60_000);

  test('is no longer waited for when the step is cancelled', async () => {
    const { process } = moduleOf('export default () => { for (;;); }');
    const cancel = new AbortController();
    const scoring = process.score(batch(1), { signal: cancel.signal });
    setTimeout(() => cancel.abort(new Error('cancelled')), 500);
    await expect(scoring).rejects.toThrow('cancelled');
  });

  test('that is no longer what the run began with is not run', async () => {
    const { module, process } = moduleOf('export default (batch) => batch.map(() => 1)');
    writeFileSync(module, 'export default (batch) => batch.map(() => 2)');
    const error = await mistakeOf(process.score(batch(1)));
    expect(error.message).toContain('is no longer what the run began with');
    expect(error.hint).toContain('--set reward.functions.1.sha256=now');
    rmSync(module);
    expect((await mistakeOf(process.score(batch(1)))).message).toContain('no such file');
  });
});

test('the worked example scores beside a built-in function', async () => {
  const module = fileURLToPath(new URL('../../../../examples/rewards/short-queries.ts', import.meta.url));
  const sha256 = createHash('sha256').update(readFileSync(module)).digest('hex');
  const functions = [{ name: 'outcome' }, { name: 'short_queries', module, sha256, weight: 0.1 }];
  const reward = openReward(RewardConfig.parse({ functions }));
  const failed = rewardedQuery({ outcome: { kind: 'error', code: 'syntax', message: '' } });
  expect(
    await reward.score([rewardedQuery({ sql: 'x'.repeat(100) }), rewardedQuery({ sql: 'x'.repeat(500) }), failed]),
  ).toEqual([
    [1, 1, -0.5],
    [0.75, 0, null],
  ]);
});
