/** The log of what people did to runs and sweeps. */
import type { Control, Done } from './control.ts';

/** As the log names what was done. */
export type ActionName =
  | 'launch'
  | 'branch'
  | 'clone'
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'tag'
  | 'untag'
  | 'note'
  | 'remove note'
  | 'rescore'
  | 'audit'
  | 'replay'
  | 'evaluate';

/** Notes what was done and gives it back. Done is done: a log that cannot be written is told, not thrown. */
export async function noteAction<What extends Done>(
  { store, actor }: Pick<Control, 'store' | 'actor'>,
  name: ActionName,
  done: What,
): Promise<What> {
  try {
    await store.actions.record({ subject: done.id, name, actor, detail: done.said });
    return done;
  } catch (error) {
    return { ...done, said: `${done.said}; the log of actions could not be written: ${(error as Error).message}` };
  }
}
