/** Parts of a batch that are computed one after the other. */
import type { PackedGroup } from '@queryloop/policy';

/** Groups in their order, cut so that no part has more than `limit` tokens; a group that has more by itself is a part of its own. */
export function inMicroBatches(groups: readonly PackedGroup[], limit: number): PackedGroup[][] {
  const parts: PackedGroup[][] = [];
  let room = 0;
  for (const group of groups) {
    const tokens = group.completions.reduce((sum, ids) => sum + ids.length, group.promptIds.length);
    const last = parts.at(-1);
    if (last === undefined || tokens > room) {
      parts.push([group]);
      room = limit - tokens;
    } else {
      last.push(group);
      room -= tokens;
    }
  }
  return parts;
}
