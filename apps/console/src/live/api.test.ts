/** The live stream and the series as the API gives them, on a real store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@queryloop/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chartsApi } from '#features/charts/api.ts';
import { store } from '#server/store.ts';
import { liveApi } from './api.ts';
import { config, writeUpdate } from './run-writer.fixture.ts';
import type { PointsEvent } from './schemas.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-live-api-'));
let opened: Store;
beforeAll(async () => {
  process.env['QUERYLOOP_HOME'] = folder;
  process.env['QUERYLOOP_STORE_URL'] = '';
  opened = await store();
  await opened.runs.create({ id: 'run', config });
  for (const update of [1, 2, 3]) await writeUpdate(opened, 'run', update);
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Reads the stream until it has said `what`; gives all of it. */
async function listen(response: Response, what: string): Promise<string> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  for (const decoder = new TextDecoder(); !text.includes(what); ) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

function pointsIn(stream: string): PointsEvent['points'] {
  const events = [...stream.matchAll(/event: points\nid: .*\ndata: (.*)\n/g)];
  return events.flatMap(([, data = '']) => (JSON.parse(data) as PointsEvent).points);
}

test('a page reads series, follows from their position, and goes on after the last event it got', async () => {
  const answer = await chartsApi().request('/series?runs=run&names=reward');
  const { series, positions } = (await answer.json()) as {
    series: { points: unknown[] }[];
    positions: Record<string, { cursor: string }>;
  };
  expect(series[0]?.points).toHaveLength(3);
  await writeUpdate(opened, 'run', 4);
  const after = encodeURIComponent(positions['run']?.cursor ?? '');
  const stream = await liveApi().request(`/live?runs=run&after=${after}`);
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  // Otherwise a server that compresses keeps events until it has enough of them.
  expect(stream.headers.get('cache-control')).toContain('no-transform');
  const heard = await listen(stream, 'event: run\n');
  expect(heard).toMatch(/^retry: \d+\n\n/);
  expect(pointsIn(heard)).toMatchObject([{ update: 4, tokens: 40, seconds: 8, values: { num_tokens: 10 } }]);

  await writeUpdate(opened, 'run', 5);
  const lastEventId = heard.match(/event: points\nid: (.*)\n/)?.[1] ?? '';
  const resumed = await liveApi().request('/live?runs=run&after=ignored', {
    headers: { 'last-event-id': lastEventId },
  });
  expect(pointsIn(await listen(resumed, 'event: run\n')).map(({ update }) => update)).toEqual([5]);
});

test('names and errors', async () => {
  const get = async (path: string) => {
    const response = await chartsApi().request(path);
    return [response.status, await response.json()];
  };
  expect(await get('/series/names?runs=run')).toMatchObject([
    200,
    { items: expect.arrayContaining([{ name: 'reward', runs: 1 }]) },
  ]);
  expect(await get('/series?runs=gone&names=reward')).toMatchObject([
    404,
    { error: { message: 'run gone is not known here' } },
  ]);
  expect(await get('/series?runs=run')).toMatchObject([400, { error: { field: 'names' } }]);
  expect((await liveApi().request('/live')).status).toBe(400);
  const many = Array.from({ length: 101 }, (_, index) => index).join(',');
  expect((await liveApi().request(`/live?runs=${many}`)).status).toBe(400);
});
