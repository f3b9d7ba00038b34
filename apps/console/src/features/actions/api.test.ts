/** Writes of the API with a real Temporal server (without workers) and a real store; and without Temporal, until it is back. */
import { writeFileSync } from 'node:fs';
import { ExperimentConfig } from '@queryloop/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestConsole, type TestConsole } from '#api/console.fixture.ts';
import { forget } from '#server/once.ts';
import { store } from '#server/store.ts';
import { temporalClient, temporalState } from '#server/temporal.ts';
import { startTemporal } from '../../../../../infra/temporal/launch.ts';
import type { BulkOutcome } from './schemas.ts';

let tested: TestConsole;
let temporal: Awaited<ReturnType<typeof startTemporal>>;
let folder: string;

beforeAll(async () => {
  tested = openTestConsole({ QUERYLOOP_AUTH: '' });
  folder = `${tested.folder}/temporal`;
  temporal = await startTemporal({ folder, port: 0 });
  process.env['TEMPORAL_ADDRESS'] = temporal.address;
  const { runs, sweeps } = await store();
  const config = ExperimentConfig.parse({ name: 'stored' });
  for (const id of ['finished-1', 'running-1', 'cancelled-1']) await runs.create({ id, config });
  await runs.setStatus('finished-1', 'finished');
  await runs.setStatus('cancelled-1', 'cancelled');
  expect(await sweeps.list()).toEqual([]);
});
afterAll(async () => {
  await (await temporalClient().catch(() => null))?.connection.close();
  await temporal.stop();
  await tested.close();
});

const post = async (path: string, body?: unknown) => {
  const answer = await tested.ask('POST', path, body === undefined ? {} : { body });
  return { status: answer.status, body: (await answer.json()) as any };
};
const workflow = async (id: string) => await (await temporalClient()).workflow.getHandle(id).describe();

describe('beginning', () => {
  test('a config as YAML, with a seed and overrides', async () => {
    const { status, body } = await post('/runs', {
      yaml: 'name: mine\ngrpo:\n  updates: 3\n',
      seed: 7,
      set: ['grpo.beta=0.1'],
    });
    expect([status, body]).toEqual([
      201,
      { id: expect.stringMatching(/^mine-s7-/), said: expect.stringContaining('has begun') },
    ]);
    expect((await workflow(body.id)).status.name).toBe('RUNNING');
    const actions = await (await store()).actions.list(body.id);
    expect(actions).toMatchObject([{ name: 'launch', actor: 'console' }]);
  });

  test('a config as an object', async () => {
    const { status, body } = await post('/runs', { config: { name: 'object', grpo: { updates: 2 } } });
    expect(status).toBe(201);
    expect((await workflow(body.id)).type).toBe('experiment');
  });

  test('all mistakes of a config come with their fields, and nothing begins', async () => {
    const { status, body } = await post('/runs', { yaml: 'grpo:\n  updatess: 3\nseed: -1\n' });
    expect([status, body.error.field !== undefined]).toEqual([400, true]);
    expect(body.error.message).toContain('did you mean "updates"?');
    expect(body.error.message).toContain('line 3: seed');
    for (const wrong of [
      {},
      { yaml: 'a: 1', config: {} },
      { yaml: '' },
      { config: [] },
      { yaml: 'name: x', seed: 1.5 },
      { yaml: 'name: x', set: ['grpo'] },
    ])
      expect([wrong, (await post('/runs', wrong)).status]).toEqual([wrong, 400]);
  });

  test('a sweep over one of the experiments, and over no other file', async () => {
    const sweep = 'name: rates\nexperiment: smoke.yaml\nmethod: grid\nseeds: [1]\nparameters:\n  grpo.beta: [0, 0.1]\n';
    const { status, body } = await post('/sweeps', { yaml: sweep });
    expect([status, body.id]).toEqual([201, 'sweep-rates']);
    const elsewhere = await post('/sweeps', { yaml: sweep.replace('smoke.yaml', '../../../../etc/passwd') });
    expect([elsewhere.status, elsewhere.body.error.message]).toEqual([400, expect.stringContaining('is not there')]);
  });

  test('clones, branches and seeds of a run', async () => {
    const clone = await post('/runs/finished-1/clone', { seed: 9 });
    expect([clone.status, clone.body.id]).toEqual([201, expect.stringMatching(/^stored-s9-/)]);
    const early = await post('/runs/finished-1/branch', { at: 5 });
    expect([early.status, early.body.error.field]).toEqual([400, '--at']);
    const seeds = await post('/runs/finished-1/seeds', { seeds: [1, 2] });
    expect([seeds.status, seeds.body.begun.length + seeds.body.existing.length]).toEqual([201, 2]);
    expect((await post('/runs/unknown/clone')).status).toBe(404);
  });
});

describe('steering', () => {
  test('a run without a worker is told to hold, goes on, and ends', async () => {
    const { id } = (await post('/runs', { yaml: 'name: steered' })).body;
    expect(await post(`/runs/${id}/pause`)).toMatchObject({ status: 200, body: { id, held: false } });
    expect(await post(`/runs/${id}/resume`, {})).toMatchObject({ status: 200, body: { id } });
    expect(await post(`/runs/${id}/cancel`)).toMatchObject({ status: 200, body: { id } });
    const { events } = await (await temporalClient()).workflow.getHandle(id).fetchHistory();
    expect(events?.some(({ workflowExecutionCancelRequestedEventAttributes: asked }) => asked)).toBe(true);
  });

  test('what has ended is a conflict, what nobody knows is not found', async () => {
    expect(await post('/runs/finished-1/cancel')).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('finished') } },
    });
    expect((await post('/runs/unknown/pause')).status).toBe(404);
    expect((await post('/runs/finished-1/pause', { quickly: true })).status).toBe(400);
  });

  test('many at once: the dry run says what the real one then does', async () => {
    const asked = { action: 'cancel', ids: ['finished-1', 'running-1', 'unknown'] };
    const foreseen: BulkOutcome = (await post('/dry-run', asked)).body;
    expect(foreseen.items.map(({ done }) => done)).toEqual([false, true, false]);
    expect((await (await store()).runs.get('running-1'))?.status).toBe('running');
    const done: BulkOutcome = (await post('/bulk', asked)).body;
    expect(done.items.map((item) => item.done)).toEqual([false, true, false]);
    expect(done.said).toBe('1 done, 2 refused');
    expect((await (await store()).runs.get('running-1'))?.status).toBe('cancelled');
  });
});

describe('analyses and exports', () => {
  test('are refused for what is not known, not stored or not finished, before anything begins', async () => {
    for (const kind of ['rescore', 'audit']) expect((await post(`/runs/unknown/${kind}`)).status).toBe(404);
    const replay = await post('/runs/finished-1/replay', { update: 3 });
    expect([replay.status, replay.body.error.field]).toEqual([400, 'update']);
    expect((await post('/runs/finished-1/replay')).status).toBe(400);
    expect((await post('/runs/finished-1/audit', { samples: 3 })).status).toBe(400);
    expect((await tested.ask('GET', '/runs/unknown/analyses')).status).toBe(404);
    expect(await (await tested.ask('GET', '/runs/finished-1/analyses')).json()).toEqual({ items: [], total: 0 });
    expect((await tested.ask('GET', '/analyses/unknown')).status).toBe(404);
    expect((await tested.ask('GET', '/runs/unknown/export')).status).toBe(404);
    expect((await tested.ask('GET', '/runs/cancelled-1/export')).status).toBe(409);
  });

  test('an analysis that is stored is told with its answer', async () => {
    const { analyses } = await store();
    const counts = { rewarded: 1, audited: 1, survived: 1, share: 1, ci95: [0.2, 1] as [number, number], undecided: 0 };
    const overall = { ...counts, reasons: { no_table: 0, answer_literal: 0, unchanged: 0 } };
    const settings = { sample: 4, seed: 1, first: 1, every: 1 };
    await analyses.create({ id: 'audit-1', runId: 'finished-1', kind: 'audit', settings });
    await analyses.finish('audit-1', { overall, updates: [], perturbation: { copies: 1, columns: [] } });
    const listed = (await (await tested.ask('GET', '/runs/finished-1/analyses?kind=audit')).json()) as any;
    expect(listed).toMatchObject({
      total: 1,
      items: [{ id: 'audit-1', status: 'finished', result: { overall: { share: 1 } } }],
    });
    expect(await (await tested.ask('GET', '/analyses/audit-1')).json()).toEqual(listed.items[0]);
  });
});

describe('tags and notes', () => {
  test('come and go, and are refused when they are none', async () => {
    expect((await tested.ask('PUT', '/runs/finished-1/tags/for%20the%20paper')).status).toBe(200);
    expect((await (await store()).runs.get('finished-1'))?.tags).toEqual(['for the paper']);
    const bulk = await post('/bulk', { action: 'untag', ids: ['finished-1'], tags: ['for the paper'] });
    expect(bulk.body.done).toBe(1);
    expect((await (await store()).runs.get('finished-1'))?.tags).toEqual([]);
    expect((await tested.ask('PUT', '/runs/finished-1/tags/a%2Cb')).status).toBe(400);
    expect((await tested.ask('PUT', '/runs/unknown/tags/a')).status).toBe(404);

    const text = '<script>alert(1)</script>\u0007';
    const { status, body } = await post('/runs/finished-1/notes', { text });
    expect(status).toBe(201);
    expect(await (await store()).notes.list('finished-1')).toMatchObject([{ id: body.noteId, text }]);
    expect((await tested.ask('DELETE', `/runs/finished-1/notes/${body.noteId}`)).status).toBe(200);
    expect((await tested.ask('DELETE', `/runs/finished-1/notes/${body.noteId}`)).status).toBe(404);
  });
});

describe('when Temporal goes away', () => {
  test('writes are refused within seconds, and work again when it is back', async () => {
    const { address } = temporal;
    await temporal.stop();
    const state = async () => (await (await tested.ask('GET', '/state')).json()) as Record<string, unknown>;
    await expect.poll(state, { timeout: 20_000 }).toMatchObject({ temporal: 'down', readOnly: true, store: 'up' });
    expect(await post('/runs', { yaml: 'name: away' })).toMatchObject({ status: 503 });
    // Named there, one that is elsewhere would be used.
    delete process.env['TEMPORAL_ADDRESS'];
    temporal = await startTemporal({ folder, port: Number(address.split(':')[1]) });
    process.env['TEMPORAL_ADDRESS'] = address;
    expect(temporal.address).toBe(address);
    await expect.poll(state, { timeout: 20_000 }).toMatchObject({ temporal: 'up', readOnly: false });
    expect((await post('/runs', { yaml: 'name: back' })).status).toBe(201);
  });

  test('the address in the lock of the folder is followed when services start elsewhere', async () => {
    delete process.env['TEMPORAL_ADDRESS'];
    expect(await temporalState()).toBe('down');
    forget('temporal');
    writeFileSync(
      `${tested.folder}/lock`,
      JSON.stringify({ pid: 1, start: null, command: 'start', address: temporal.address }),
    );
    await expect.poll(temporalState, { timeout: 20_000 }).toBe('up');
    writeFileSync(`${tested.folder}/lock`, '{"pid": 1');
    expect(await temporalState()).toBe('down');
  });
});
