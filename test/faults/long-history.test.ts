/** Ten thousand updates in one run: no execution's history grows beyond what Temporal carries, and none is slow to replay. */
import { expect, test, vi } from 'vitest';
import { startDevServer } from '../workflow/dev-server.ts';
import { openHarness } from '../workflow/harness.ts';
import { tinySteps } from '../workflow/tiny-steps.ts';

vi.setConfig({ testTimeout: 7_200_000 });

const updates = 10_000;
/** Temporal ends a workflow at 51,200 events or 50 MB, and warns at a fifth of that. */
const mostEvents = 10_000;
const mostBytes = 10_000_000;

test(`the history of a run stays bounded over ${updates} updates`, async () => {
  const harness = await openHarness(await startDevServer());
  try {
    const { steps, store } = tinySteps();
    const startMs = Date.now();
    const result = await harness.run('long', steps, { grpo: { updates } });
    console.log(`${updates} updates in ${Math.round((Date.now() - startMs) / 1000)} s`);
    expect(result).toMatchObject({ updates, tokens: 10 * updates });
    expect(store.run('long').updates.size).toBe(updates + 1);
    const sizes = [];
    for await (const { historyLength, historySize } of harness.client.workflow.list({ query: 'WorkflowId = "long"' }))
      sizes.push({ events: historyLength, bytes: historySize ?? 0 });
    expect(sizes.length).toBeGreaterThanOrEqual(updates / 100);
    expect(Math.max(...sizes.map(({ events }) => events))).toBeLessThan(mostEvents);
    expect(Math.max(...sizes.map(({ bytes }) => bytes))).toBeGreaterThan(0);
    expect(Math.max(...sizes.map(({ bytes }) => bytes))).toBeLessThan(mostBytes);
    console.log(`${sizes.length} executions of at most ${Math.max(...sizes.map(({ events }) => events))} events`);
  } finally {
    await harness.stop();
  }
});
