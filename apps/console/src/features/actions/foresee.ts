/** What a bulk action would do to each run or sweep, as the store tells; nothing is done. */
import type { Store } from '@queryloop/store';
import type { Bulk, BulkOutcome } from './schemas.ts';

type Foreseen = BulkOutcome['items'][number];

/** What would be done to one. */
export async function foresee(store: Store, asked: Bulk, id: string): Promise<Foreseen> {
  const run = await store.runs.get(id);
  const sweep = run === null ? await store.sweeps.get(id) : null;
  const would = (said: string): Foreseen => ({ id, done: true, said });
  const refused = (said: string): Foreseen => ({ id, done: false, said });
  const found = run ?? sweep;
  if (found === null) return refused('is not known here');
  const noun = run === null ? 'sweep' : 'run';
  const { status } = found;
  const ended = ['finished', 'failed', 'cancelled'].includes(status);
  switch (asked.action) {
    case 'pause':
      if (ended) return refused(`${noun} is ${status} already`);
      if (status === 'paused') return refused(`${noun} is held already`);
      return would(`${noun} is held; the step in progress is dropped, and repeated later`);
    case 'resume':
      if (status === 'finished' && run !== null) return refused('run has finished, so there is nothing to go on with');
      if (status === 'running') return would(`${noun} is running; it goes on if it was held`);
      return would(`${noun} goes on; it is ${status} now`);
    case 'cancel':
      if (ended) return refused(`${noun} is ${status} already`);
      return would(`${noun} ends; what it has done is kept`);
    case 'tag':
    case 'untag':
      if (run === null) return refused('sweeps have no tags; their runs do');
      return foreseeTags(run.tags, asked, would);
  }
}

function foreseeTags(
  present: readonly string[],
  { action, tags }: Extract<Bulk, { tags: string[] }>,
  would: (said: string) => Foreseen,
): Foreseen {
  const has = (tag: string): boolean => present.includes(tag);
  const changed = tags.filter((tag) => (action === 'tag' ? !has(tag) : has(tag)));
  if (changed.length === 0) return would(`run has ${action === 'tag' ? 'all of them' : 'none of them'} already`);
  return would(action === 'tag' ? `run is tagged ${changed.join(', ')}` : `run loses ${changed.join(', ')}`);
}
