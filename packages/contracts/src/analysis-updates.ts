/** Which updates of a run an analysis looks at. */
import { UserError } from './user-error.ts';

/**
 * `first`, `first + every`, … up to `last`, or to the last stored update.
 * @param reached the last update that is stored whole
 * @throws UserError when there is none among them, or `last` is not stored
 */
export function analysedUpdates(
  runId: string,
  { first, last, every }: { first: number; last?: number | undefined; every: number },
  reached: number,
): number[] {
  const stored = `run ${runId} is stored whole up to update ${reached}`;
  if (reached === 0)
    throw new UserError({
      message: `run ${runId} has no update yet`,
      field: 'run',
      hint: `queryloop resume ${runId} goes on with it.`,
    });
  if (last !== undefined && last > reached)
    throw new UserError({ message: `last: ${last}; ${stored}`, field: 'last', hint: `Give at most ${reached}.` });
  const end = last ?? reached;
  if (first > end)
    throw new UserError({
      message: last === undefined ? `first: ${first}; ${stored}` : `first: ${first} comes after last: ${last}`,
      field: 'first',
      hint: `Give an update from 1 to ${end}.`,
    });
  return Array.from({ length: Math.floor((end - first) / every) + 1 }, (_, place) => first + place * every);
}
