/**
 * Notices that a step has stopped making progress. Silence is counted in ticks of a timer, not by the clock: a time in which
 * this process itself could not run (a suspended laptop, one long computation) counts as a single tick.
 */
import { readFileSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';

export interface SilenceLimits {
  /** Without a sign of life. */
  idleMs: number;
  /** Without a word from a process that is seen to compute: a single native call may take long. */
  busyMs: number;
}

export interface SilenceWatch {
  /** A sign of life. */
  heard(): void;
  stop(): void;
}

const defaultIdleMs = 25_000;
const defaultBusyMs = 600_000;
const longestTickMs = 1_000;
/** Clock ticks of /proc are hundredths of a second on Linux, whatever the kernel counts in. */
const cpuTickMs = 10;
/** A process that uses less of a processor than this only waits. */
const busyShare = 0.02;

/** The limits of this machine: QUERYLOOP_SILENCE_SECONDS replaces the 25 s of idle silence. Throws UserError. */
export function silenceLimits(environment: NodeJS.ProcessEnv = process.env): SilenceLimits {
  const text = environment['QUERYLOOP_SILENCE_SECONDS'];
  if (!text) return { idleMs: defaultIdleMs, busyMs: defaultBusyMs };
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 1)
    return { idleMs: seconds * 1000, busyMs: Math.max(seconds * 1000, defaultBusyMs) };
  throw new UserError({
    message: `QUERYLOOP_SILENCE_SECONDS: "${text}" is not a number of seconds, 1 or more`,
    field: 'QUERYLOOP_SILENCE_SECONDS',
    hint: `Unset it for the default of ${defaultIdleMs / 1000}.`,
  });
}

/** Calls `onSilent` once when a limit is passed, and `onTick` now and then till then. `pid`: a process whose computing counts. */
export function watchSilence({
  limits: { idleMs, busyMs },
  pid,
  onTick,
  onSilent,
}: {
  limits: SilenceLimits;
  pid?: number | undefined;
  onTick?: () => void;
  onSilent: (silentMs: number) => void;
}): SilenceWatch {
  const tickMs = Math.min(longestTickMs, idleMs / 5);
  let idle = 0;
  let silent = 0;
  let usedMs = pid === undefined ? undefined : cpuMs(pid);
  const timer = setInterval(() => {
    silent += tickMs;
    idle += tickMs;
    if (pid !== undefined) {
      const now = cpuMs(pid);
      // Where the system does not tell, a process is taken to compute.
      if (now === undefined || usedMs === undefined || now - usedMs >= tickMs * busyShare) idle = 0;
      usedMs = now;
    }
    if (idle < idleMs && silent < busyMs) return onTick?.();
    clearInterval(timer);
    onSilent(silent);
  }, tickMs);
  return {
    heard: () => {
      idle = 0;
      silent = 0;
    },
    stop: () => clearInterval(timer),
  };
}

/** Processor time a process has used, all threads; undefined where there is no /proc, or no such process. */
function cpuMs(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold spaces: state is field 0, user and system time are 11 and 12.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * cpuTickMs;
  } catch {
    return undefined;
  }
}
