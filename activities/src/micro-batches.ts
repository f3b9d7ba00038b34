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

/** What is computed at once. */
export interface MicroBatch<Group> {
  groups: Group[];
  /** Of the model's first layers that many keep their input only, and are computed again for the gradient. */
  checkpointedLayers: number;
}

/**
 * Groups in their order, in parts of at most `microBatchTokens` tokens as the policy counts them (Policy.countTokens); left out, of as many
 * as take about 4 GB. A group that takes more by itself is whole with as few layers checkpointed as that takes, where neither setting says
 * otherwise: its prompt, computed once, is worth more than these layers. One that does not fit at all is divided among several parts, each
 * with its prompt; a completion never is.
 */
export function microBatches<Group extends Rows>(
  policy: Pick<Policy, 'config' | 'countTokens' | 'tokensWithin'>,
  groups: readonly Group[],
  { microBatchTokens, gradientCheckpointing }: MemorySettings,
): MicroBatch<Group>[] {
  const { layers } = policy.config;
  const fewest = gradientCheckpointing ? layers : 0;
  const most = gradientCheckpointing === undefined && microBatchTokens === undefined ? layers : fewest;
  const fits = (part: readonly Group[], checkpointedLayers: number) =>
    policy.countTokens(packed(part)) <= (microBatchTokens ?? policy.tokensWithin(defaultBytes, { checkpointedLayers }));
  const parts: MicroBatch<Group>[] = [];
  for (const group of groups) {
    const last = parts.at(-1);
    // A group that would fit a part of its own is not divided to fill another up.
    if (last?.checkpointedLayers === fewest && fits([...last.groups, group], fewest)) last.groups.push(group);
    else {
      let checkpointedLayers = fewest;
      while (checkpointedLayers < most && !fits([group], checkpointedLayers)) checkpointedLayers++;
      const pieces = divided(group, (part) => fits(part, checkpointedLayers));
      parts.push(...pieces.map((piece) => ({ groups: [piece], checkpointedLayers })));
    }
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
