/** Names a run so that people can tell runs apart in a list: what, seed, when. */
import { randomBytes } from 'node:crypto';

/** E.g. "quickstart-s1-20260102-093000-7f3a". */
export function newRunId(name: string, seed: number, now = new Date()): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const [date, time] = now.toISOString().slice(0, 19).replace(/[-:]/g, '').split('T');
  return `${slug || 'run'}-s${seed}-${date}-${time}-${randomBytes(2).toString('hex')}`;
}
