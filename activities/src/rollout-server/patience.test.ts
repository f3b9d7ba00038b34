/** How long a server is waited for: one that nobody has ever been found at, and one that was there. */
import { expect, it } from 'vitest';
import { openPatience } from './patience.ts';
import { ServerFault } from './server-fault.ts';

const absent = new ServerFault('refused', { absent: true });
const limits = { absentMs: 60 };

type Options = Partial<Parameters<typeof openPatience>[0]>;

/** How long faults are borne after these outcomes, the last of them for ever. */
async function borneMs(outcomes: readonly (ServerFault | 'answer')[], options: Options = limits): Promise<number> {
  const patience = openPatience({ patienceMs: 1500, pauseMs: 10, ...options, signal: new AbortController().signal });
  const begun = performance.now();
  let asked = 0;
  const request = async () => {
    const outcome = outcomes[Math.min(asked++, outcomes.length - 1)];
    if (outcome instanceof ServerFault) throw outcome;
  };
  if (outcomes[0] === 'answer') await patience.attempt(request);
  await expect(patience.attempt(request)).rejects.toBe(outcomes.at(-1));
  return performance.now() - begun;
}

it('gives a server up sooner that nobody was ever found at', async () => {
  expect(await borneMs([absent])).toBeLessThan(1200);
});

it('stays patient with one that was there, whether it answered or not', async () => {
  expect(await borneMs([new ServerFault('loading'), absent])).toBeGreaterThan(1495);
  expect(await borneMs(['answer', absent])).toBeGreaterThan(1495);
});

it('knows of no such difference unless it is told', async () => {
  expect(await borneMs([absent], {})).toBeGreaterThan(1495);
});
