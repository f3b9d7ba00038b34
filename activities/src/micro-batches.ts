/** Splits an update's groups into parts whose forward and backward pass is computed at once, so that memory has a bound. */
import type { PackedGroup } from '@queryloop/policy';
import type { TrainingGroup } from './training-batch.ts';

/**
 * Groups in their order, in parts of at most `tokens` tokens: each completion's, and each prompt's once in every part that holds
 * completions of it. A group that does not fit a part is divided among several; a completion never is.
 */
export function microBatches(
  groups: readonly TrainingGroup[],
  tokens: number = Number.POSITIVE_INFINITY,
): TrainingGroup[][] {
  const parts: TrainingGroup[][] = [];
  let room = 0;
  for (const { promptIds, rows } of groups) {
    const whole = promptIds.length + rows.reduce((sum, { completion }) => sum + completion.ids.length, 0);
    // A group that would fit a part of its own is not divided to fill another up.
    let part = whole <= room ? parts.at(-1) : undefined;
    if (part) {
      part.push({ promptIds, rows });
      room -= whole;
      continue;
    }
    let group: TrainingGroup | undefined;
    for (const row of rows) {
      const length = row.completion.ids.length;
      if (!part || !group || length > room) {
        group = { promptIds, rows: [] };
        part = [group];
        parts.push(part);
        room = tokens - promptIds.length;
      }
      group.rows.push(row);
      room -= length;
    }
  }
  return parts;
}

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
