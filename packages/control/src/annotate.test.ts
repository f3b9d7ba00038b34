/** Tags and notes in a real store, and the log of who put them there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig } from '@queryloop/contracts';
import { openStore, type Store } from '@queryloop/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Annotator, noteRun, removeNote, tagRun, untagRun } from './annotate.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-annotate-'));
let store: Store;
let control: Annotator;
beforeAll(async () => {
  store = await openStore({ folder });
  control = { store, actor: 'ada' };
  for (const id of ['run', 'other']) await store.runs.create({ id, config: ExperimentConfig.parse({}) });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const tags = async (id: string): Promise<string[] | undefined> => (await store.runs.get(id))?.tags;

test('tags are put on once, and taken off', async () => {
  expect(await tagRun(control, 'run', ['paper', ' kept ', 'paper'])).toEqual({
    id: 'run',
    said: 'run run is tagged paper, kept',
  });
  await tagRun(control, 'run', ['kept']);
  expect(await tags('run')).toEqual(['kept', 'paper']);
  await untagRun(control, 'run', ['paper', 'never there']);
  expect(await tags('run')).toEqual(['kept']);
  expect(await tags('other')).toEqual([]);
  expect(await store.actions.list('run')).toMatchObject([
    { name: 'untag', actor: 'ada', detail: 'run run is no longer tagged paper, never there' },
    { name: 'tag', detail: 'run run is tagged kept' },
    { name: 'tag', detail: 'run run is tagged paper, kept' },
  ]);
});

test.each([[[]], [['']], [['a,b']], [['\u001b[2J']], [['x'.repeat(61)]], [['fine', ' ']]])(
  '%j cannot be tags',
  async (names) => {
    await expect(tagRun(control, 'other', names)).rejects.toMatchObject({ name: 'UserError', field: 'tag' });
    expect(await tags('other')).toEqual([]);
  },
);

test('a note is kept as it was written, whatever is in it, and removed', async () => {
  const text = 'look at update 25\n<script>alert(1)</script> 🏃';
  const { noteId } = await noteRun(control, 'other', `${text}\n`);
  expect(await store.notes.list('other')).toMatchObject([{ id: noteId, text }]);
  await expect(removeNote(control, 'run', noteId)).rejects.toMatchObject({ kind: 'unknown', field: 'note' });
  await removeNote(control, 'other', noteId);
  expect(await store.notes.list('other')).toEqual([]);
  await expect(removeNote(control, 'other', noteId)).rejects.toMatchObject({ kind: 'unknown' });
});

test('an empty note, one that is too long and an unknown run are refused', async () => {
  await expect(noteRun(control, 'run', ' \n')).rejects.toThrow('the note is empty');
  await expect(noteRun(control, 'run', 'x'.repeat(10_001))).rejects.toThrow('10000 are allowed');
  for (const change of [
    tagRun(control, 'none', ['a']),
    noteRun(control, 'none', 'a'),
    removeNote(control, 'none', 'a'),
  ])
    await expect(change).rejects.toMatchObject({ kind: 'unknown', message: 'no run "none" is known here' });
});
