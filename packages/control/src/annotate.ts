/** Tags and notes that people put on runs. */
import { UserError } from '@queryloop/contracts';
import type { Control, Done } from './control.ts';
import { unknownRun } from './known-run.ts';
import { noteAction } from './note-action.ts';

/** Nothing of Temporal is needed. */
export type Annotator = Pick<Control, 'store' | 'actor'>;

const longestTag = 60;
const longestNote = 10_000;

/** Throws UserError when the run is not known, or a name is empty, too long, or has control characters. */
export async function tagRun(control: Annotator, runId: string, names: readonly string[]): Promise<Done> {
  const tags = checkedTags(names);
  await requireKnown(control, runId);
  for (const name of tags) await control.store.notes.tag(runId, name);
  return await noteAction(control, 'tag', { id: runId, said: `run ${runId} is tagged ${tags.join(', ')}` });
}

/** Names that the run does not have change nothing. Throws UserError when the run is not known. */
export async function untagRun(control: Annotator, runId: string, names: readonly string[]): Promise<Done> {
  const tags = checkedTags(names);
  await requireKnown(control, runId);
  for (const name of tags) await control.store.notes.untag(runId, name);
  return await noteAction(control, 'untag', { id: runId, said: `run ${runId} is no longer tagged ${tags.join(', ')}` });
}

/** Throws UserError when the run is not known, or the text is empty or too long. */
export async function noteRun(control: Annotator, runId: string, text: string): Promise<Done & { noteId: string }> {
  const note = text.trim();
  if (note === '' || note.length > longestNote) {
    throw new UserError({
      message: note === '' ? 'the note is empty' : `the note has ${note.length} characters; ${longestNote} are allowed`,
      field: 'text',
    });
  }
  await requireKnown(control, runId);
  const noteId = await control.store.notes.add(runId, note);
  return await noteAction(control, 'note', { id: runId, said: `note ${noteId} is put on run ${runId}`, noteId });
}

/** Throws UserError when the run or note is not known. */
export async function removeNote(control: Annotator, runId: string, noteId: string): Promise<Done> {
  await requireKnown(control, runId);
  const notes = await control.store.notes.list(runId);
  if (!notes.some(({ id }) => id === noteId)) {
    const hint = `queryloop note ${runId} lists them.`;
    throw new UserError({ message: `run ${runId} has no note "${noteId}"`, field: 'note', hint, kind: 'unknown' });
  }
  await control.store.notes.remove(noteId);
  return await noteAction(control, 'remove note', { id: runId, said: `note ${noteId} is removed from run ${runId}` });
}

async function requireKnown({ store }: Annotator, runId: string): Promise<void> {
  if ((await store.runs.get(runId)) === null) throw unknownRun(runId);
}

/** Each once, without the blanks around them. */
function checkedTags(names: readonly string[]): string[] {
  const tags = [...new Set(names.map((name) => name.trim()))];
  if (tags.length === 0) throw new UserError({ message: 'no tag is given', field: 'tag' });
  for (const tag of tags) {
    if (tag !== '' && tag.length <= longestTag && !/[\p{Cc},]/u.test(tag)) continue;
    throw new UserError({
      message: `${JSON.stringify(tag)} cannot be a tag`,
      field: 'tag',
      hint: `A tag has 1 to ${longestTag} characters, none of them a comma or a control character.`,
    });
  }
  return tags;
}
