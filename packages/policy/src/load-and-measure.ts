/**
 * Run as a process by load-memory.test.ts: loads a policy folder and prints how far memory rose, in bytes, above that of the engine
 * and the code with a policy of hardly any weights. With `score` after the folder, a short text is scored too.
 */
import { readFileSync } from 'node:fs';
import { Policy } from './policy.ts';
import { goldenFolder } from './test-policy.ts';

const [folder, use] = process.argv.slice(2) as [string, string | undefined];

function peakBytes(): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return 1024 * Number(kilobytes);
}

async function load(from: string): Promise<Policy> {
  const policy = await Policy.load(from);
  if (use === 'score') await policy.score([3, 4, 5, 6, 7, 8, 9, 10]);
  return policy;
}

(await load(goldenFolder)).dispose();
const before = peakBytes();
await load(folder);
console.log(peakBytes() - before);
