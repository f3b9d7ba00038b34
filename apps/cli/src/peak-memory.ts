/** Peak memory of a command with all processes it started. */
import { readdirSync, readFileSync } from 'node:fs';

const sampleIntervalMs = 500;
const pageBytes = 4096;

/** Samples the resident memory of this process and its descendants until `stop`, which gives the peak in MB. */
export function watchPeakMemory(): { stop(): number } {
  let peakBytes = 0;
  const sample = (): void => {
    peakBytes = Math.max(peakBytes, treeBytes(process.pid));
  };
  sample();
  const timer = setInterval(sample, sampleIntervalMs);
  return {
    stop: () => {
      clearInterval(timer);
      sample();
      return Math.round(peakBytes / 1e6);
    },
  };
}

/** Resident bytes of a process tree from /proc; of this process alone where there is no /proc. Shared pages count each time. */
export function treeBytes(root: number): number {
  let pids: number[];
  try {
    pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return process.memoryUsage().rss;
  }
  const childrenOf = new Map<number, number[]>();
  for (const pid of pids) {
    const parent = parentOf(pid);
    if (parent !== undefined) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
  }
  const sum = (pid: number): number =>
    residentBytes(pid) + (childrenOf.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(root);
}

function parentOf(pid: number): number | undefined {
  const stat = readProc(pid, 'stat');
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function residentBytes(pid: number): number {
  return Number(readProc(pid, 'statm')?.split(' ')[1] ?? 0) * pageBytes;
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // The process ended meanwhile.
    return undefined;
  }
}
