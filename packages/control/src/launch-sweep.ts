/** Begins a sweep, or goes on with one that is held or was left over. */
import type { SweepInput } from '@queryloop/contracts';
import type { Control, Done } from './control.ts';

/** @throws UserError when it is unfinished with other settings: its decisions were made with those */
export async function launchSweep(_control: Control, _input: SweepInput): Promise<Done> {
  throw new Error('not there yet');
}
