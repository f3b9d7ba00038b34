/** Tags and notes that people put on runs. */
import type { Control, Done } from './control.ts';

type Annotator = Pick<Control, 'store' | 'actor'>;

/** @throws UserError when the run is not known, or a name is empty or too long */
export async function tagRun(_control: Annotator, _runId: string, _names: readonly string[]): Promise<Done> {
  throw new Error('not there yet');
}

/** Names that the run does not have change nothing. @throws UserError when the run is not known */
export async function untagRun(_control: Annotator, _runId: string, _names: readonly string[]): Promise<Done> {
  throw new Error('not there yet');
}

/** @throws UserError when the run is not known, or the text is empty or too long */
export async function noteRun(_control: Annotator, _runId: string, _text: string): Promise<Done & { noteId: string }> {
  throw new Error('not there yet');
}

/** @throws UserError when the run or note is not known */
export async function removeNote(_control: Annotator, _runId: string, _noteId: string): Promise<Done> {
  throw new Error('not there yet');
}
