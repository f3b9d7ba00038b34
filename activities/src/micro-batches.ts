/** Splits a batch into parts whose forward and backward pass is computed at once, so that memory has a bound: of updates and of the warm start. */
import type { GrpoConfig } from '@queryloop/contracts';
import type { PackedGroup, Policy } from '@queryloop/policy';

interface Rows {
  promptIds: readonly number[];
  rows: { completion: { ids: readonly number[] } }[];
}

/** Memory for what a part keeps for its gradient where the config does not say how many tokens. */
const defaultBytes = 4e9;

/** The settings of an update or of the warm start that bound the memory of a step. */
export type MemorySettings = Pick<GrpoConfig, 'microBatchTokens' | 'gradientCheckpointing'>;

/**
 * Groups in their order, in parts of at most `microBatchTokens` tokens as the policy counts them (Policy.countTokens); left out, of as many
 * as take about 4 GB. A group that does not fit a part is divided among several, each with its prompt; a completion never is.
 */
export function microBatches<Group extends Rows>(
  policy: Pick<Policy, 'countTokens' | 'tokensWithin'>,
  groups: readonly Group[],
  { microBatchTokens, gradientCheckpointing = false }: MemorySettings,
): Group[][] {
  const tokens = microBatchTokens ?? policy.tokensWithin(defaultBytes, { gradientCheckpointing });
  const fits = (part: readonly Group[]) => policy.countTokens(packed(part)) <= tokens;
  const parts: Group[][] = [];
  for (const group of groups) {
    const last = parts.at(-1);
    // A group that would fit a part of its own is not divided to fill another up.
    if (last && fits([...last, group])) last.push(group);
    else parts.push(...divided(group, fits).map((piece) => [piece]));
  }
  return parts;
}

/** As few pieces as hold the rows in their order, each as many as fit, one at least. */
function divided<Group extends Rows>(group: Group, fits: (part: readonly Group[]) => boolean): Group[] {
  if (fits([group])) return [group];
  const pieces: Group[] = [];
  for (const row of group.rows) {
    const last = pieces.at(-1);
    if (last && fits([{ ...last, rows: [...last.rows, row] }])) last.rows.push(row);
    else pieces.push({ ...group, rows: [row] });
  }
  return pieces;
}

/** Groups as the policy lays them out. */
export function packed(groups: readonly Rows[]): PackedGroup[] {
  return groups.map(({ promptIds, rows }) => ({
    promptIds,
    completions: rows.map(({ completion }) => completion.ids),
  }));
}
