/** Why an action is not possible for a run as it is now; null when it is. */
import type { RunDetail } from '../schemas.ts';

export type ActionName = 'pause' | 'resume' | 'cancel' | 'branch' | 'clone' | 'seeds' | 'annotate' | 'analyse';

type Known = Pick<RunDetail, 'status' | 'now' | 'base'>;

export function whyNot(action: ActionName, { status, now, base }: Known, readOnly: string | null): string | null {
  if (readOnly !== null) return readOnly;
  const ended = status === 'finished' || status === 'failed' || status === 'cancelled';
  // A worker has been told, and the store hears of it later.
  const paused = status === 'paused' || now?.paused === true;
  switch (action) {
    case 'pause':
      if (ended || status === 'stopped') return `The run is ${status}`;
      return paused ? 'The run is paused already' : null;
    case 'resume':
      if (status === 'finished') return 'The run has finished; branch or clone it to go further';
      if (status === 'running' && !paused && now?.execution !== 'unknown') return 'The run is running';
      return null;
    case 'cancel':
      return ended ? `The run is ${status} already` : null;
    case 'branch':
      return base === null ? 'There is no update to branch from before the first evaluation' : null;
    default:
      return null;
  }
}

/** Whether resuming, rather than pausing, is what comes next. */
export function isHeld(known: Known): boolean {
  return known.status !== 'finished' && whyNot('resume', known, null) === null;
}
