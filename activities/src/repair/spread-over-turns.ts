/** Gives the tokens of each turn what belongs to the turn. */
import type { Completion } from '@queryloop/contracts';

/** One value for each token of a completion, from one for each turn; 0 in the database's messages. */
export function spreadOverTurns(
  { ids, toolMask }: Pick<Completion, 'ids' | 'toolMask'>,
  ofTurns: readonly number[],
): number[] {
  let turn = 0;
  return ids.map((_, t) => {
    const own = toolMask?.[t] ?? 1;
    if (own === 1 && t > 0 && toolMask?.[t - 1] === 0) turn += 1;
    return own === 1 ? (ofTurns[turn] ?? 0) : 0;
  });
}
