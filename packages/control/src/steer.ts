/** Holds, releases and ends what has begun: each works for runs and sweeps alike, by id. */
import type { Control, Done } from './control.ts';

export interface Held extends Done {
  /** False: it was asked to hold, and nobody has answered yet. */
  held: boolean;
}

/** Drops the step in progress, which is repeated later, and holds. @throws UserError when it is not known, has ended or is held already */
export async function pause(_control: Control, _id: string, _options: { timeoutMs?: number } = {}): Promise<Held> {
  throw new Error('not there yet');
}

/**
 * Goes on with what was held, has failed, was cancelled, or has been lost by Temporal. With `set` ("dotted.path=value" each) a run
 * goes on with other settings. @throws UserError when it is not known, has finished with these settings, or may not change them
 */
export async function resume(
  _control: Control,
  _id: string,
  _options: { set?: readonly string[] } = {},
): Promise<Done> {
  throw new Error('not there yet');
}

/** Drops the step in progress and ends it; what is done is kept. Waits for the end with `wait` only. @throws UserError */
export async function cancel(_control: Control, _id: string, _options: { wait?: boolean } = {}): Promise<Done> {
  throw new Error('not there yet');
}
