/** What /proc says about a child process: processor time and memory. Where there is no /proc, it says nothing. */
import { readFileSync } from 'node:fs';

/** /proc counts in hundredths of a second on every Linux. */
const tickMs = 10;

/** Processor time of a process's main thread so far, in ms; null where /proc does not tell. */
export function processorMs(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets and may hold anything; utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? ticks * tickMs : null;
  } catch {
    return null;
  }
}

/** Resident memory of a process in MB; 0 where /proc does not tell. */
export function residentMb(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
