/**
 * Run as a process by load-memory.test.ts: loads a policy folder and prints how far memory rose, in bytes, above that of the engine
 * and the code with a policy of hardly any weights.
 */
import { readFileSync } from 'node:fs';
import { Policy } from './policy.ts';
import { goldenFolder } from './test-policy.ts';

function peakBytes(): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return 1024 * Number(kilobytes);
}

(await Policy.load(goldenFolder)).dispose();
const before = peakBytes();
await Policy.load(process.argv[2] as string);
console.log(peakBytes() - before);
