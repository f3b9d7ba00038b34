/** What is begun writes itself to the store with its first step. Who is then led to its page should find it there. */
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 50;
/** A worker takes it up at once; where there is none, nobody waits for one. */
const patienceMs = 5_000;

/** Resolves when `find` gives something, or after five seconds. */
export async function untilStored(find: () => Promise<object | null>): Promise<void> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(pollMs))
    if ((await find()) !== null) return;
}
