/** `queryloop tag` and `queryloop note`: what people write on runs. No services are needed. */
import { noteRun, removeNote, requireRun, tagRun, untagRun } from '@queryloop/control';
import type { Store } from '@queryloop/store';
import { openScreen } from '../screen.ts';
import { oneLine } from '../status-lines.ts';
import { commandLine, withKnownStore } from '../stored-run.ts';

export interface TagOptions {
  remove: boolean;
  json: boolean;
}

export async function tag(runId: string, names: readonly string[], { remove, json }: TagOptions): Promise<void> {
  await withKnownStore(runId, async (store) => {
    const { said } = await (remove ? untagRun : tagRun)({ store, actor: commandLine }, runId, names);
    const { tags } = await requireRun(store, runId);
    openScreen({ json }).line(said);
    if (json) process.stdout.write(`${JSON.stringify({ runId, tags })}\n`);
  });
}

export interface NoteOptions {
  /** Id of the note to remove. */
  remove?: string;
  json: boolean;
}

/** Without a text and nothing to remove it lists the notes. */
export async function note(runId: string, text: string | undefined, { remove, json }: NoteOptions): Promise<void> {
  await withKnownStore(runId, async (store) => {
    const control = { store, actor: commandLine };
    const screen = openScreen({ json });
    if (remove !== undefined) screen.line((await removeNote(control, runId, remove)).said);
    if (text !== undefined) screen.line((await noteRun(control, runId, text)).said);
    const notes = await notesOf(store, runId);
    if (text === undefined && remove === undefined) {
      if (notes.length === 0) screen.line(`run ${runId} has no notes`);
      for (const { id, createdAt, text: written } of notes) screen.line(`${id}  ${createdAt}  ${oneLine(written)}`);
    }
    if (json) process.stdout.write(`${JSON.stringify({ runId, notes })}\n`);
  });
}

async function notesOf(store: Store, runId: string): Promise<{ id: string; createdAt: string; text: string }[]> {
  await requireRun(store, runId);
  const notes = await store.notes.list(runId);
  return notes.map(({ id, createdAt, text }) => ({ id, createdAt: createdAt.toISOString(), text }));
}
