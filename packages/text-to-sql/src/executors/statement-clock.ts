/**
 * The clock of statements in a child process. It counts the child's own processor time, so that a child which is starved on a busy
 * machine, or stopped, is not blamed for it; and it tells a child that makes no progress at all: a fault, and no outcome.
 */

export interface ClockLimits {
  /** Processor time of a statement; wall-clock time where processor time is not known. */
  timeoutMs: number;
  /** Wall-clock time without any progress. */
  stuckMs: number;
}

export interface Look {
  /** Number of the statement that is running; 0 between batches. */
  statement: number;
  /** Processor time of the child so far; null when not known. */
  processorMs: number | null;
  /** Wall-clock time, from any fixed point. */
  nowMs: number;
}

/** Longest wall-clock time between two looks that counts: a parent that was busy or stopped itself blames nobody for it. */
const longestLookMs = 100;

export type Verdict = 'begun' | 'goes on' | 'timeout' | 'stuck';

/** Each look says what is to be done about the child; 'begun' is the first look at a statement, from which its time counts. */
export function statementClock({ timeoutMs, stuckMs }: ClockLimits): (look: Look) => Verdict {
  let last: Look | undefined;
  let usedMs = 0;
  let stillMs = 0;
  return (look) => {
    const before = last;
    last = look;
    if (before === undefined || look.statement !== before.statement) {
      usedMs = 0;
      stillMs = 0;
      return 'begun';
    }
    const runs = look.statement > 0;
    const passedMs = Math.min(look.nowMs - before.nowMs, longestLookMs);
    if (look.processorMs !== null && before.processorMs !== null) {
      const progressMs = look.processorMs - before.processorMs;
      usedMs += progressMs;
      stillMs = progressMs > 0 ? 0 : stillMs + passedMs;
    } else {
      usedMs += passedMs;
      // A statement that runs is not told from one that is stuck: its time limit ends it.
      stillMs = runs ? 0 : stillMs + passedMs;
    }
    if (runs && usedMs > timeoutMs) return 'timeout';
    return stillMs > stuckMs ? 'stuck' : 'goes on';
  };
}
