/** Rules of the config that concern several fields at once; the schema checks each field by itself. */
import { nearest } from './load-config/nearest.ts';
import { isOutcomePreset, isRewardFunctionName, outcomePresets, rewardFunctionNames } from './reward-functions.ts';

interface PolicyShape {
  hiddenSize: number;
  heads: number;
  keyValueHeads: number;
}

export interface RuleViolation {
  path: (string | number)[];
  message: string;
}

/** Violations of `policy`'s shape; only a policy made from scratch has one to check. */
export function policyShapeViolations(policy: PolicyShape & { folder?: string | undefined }): RuleViolation[] {
  if (policy.folder !== undefined) return [];
  const { hiddenSize, heads, keyValueHeads } = policy;
  const violations: RuleViolation[] = [];
  if (hiddenSize % heads !== 0) {
    violations.push({ path: ['hiddenSize'], message: `${hiddenSize} is not a multiple of heads (${heads})` });
  } else if ((hiddenSize / heads) % 2 !== 0) {
    violations.push({
      path: ['hiddenSize'],
      message: `${hiddenSize} / ${heads} heads is ${hiddenSize / heads}; rotary positions need an even width per head`,
    });
  }
  if (heads % keyValueHeads !== 0) {
    violations.push({ path: ['keyValueHeads'], message: `${keyValueHeads} does not divide heads (${heads})` });
  }
  return violations;
}

/** Violations of a sweep's range of numbers. */
export function rangeViolations(range: { min: number; max: number; scale: string; whole: boolean }): RuleViolation[] {
  const { min, max, scale, whole } = range;
  if (min >= max) return [{ path: ['max'], message: `${max} is not above min (${min})` }];
  if (scale === 'log' && min <= 0)
    return [{ path: ['min'], message: `${min} has no logarithm; with scale log, min is above 0` }];
  const broken = (['min', 'max'] as const).find((end) => whole && !Number.isInteger(range[end]));
  return broken === undefined ? [] : [{ path: [broken], message: `${range[broken]} is not a whole number` }];
}

interface RewardRules {
  preset: string;
  correct?: number | undefined;
  wrong?: number | undefined;
  failed?: number | undefined;
  partial?: number | undefined;
  functions?: readonly { name: string; module?: string | undefined; sha256?: string | undefined }[] | undefined;
}

/** Names of metrics that are no function's: `rewards/accuracy/mean`. */
const takenRewardNames = ['accuracy'];

/** Violations of the reward's fields: what stands beside what, and functions that are not there. */
export function rewardViolations(reward: RewardRules): RuleViolation[] {
  const { preset, functions } = reward;
  const violations: RuleViolation[] = [];
  for (const field of ['correct', 'wrong', 'failed', 'partial'] as const) {
    if (reward[field] === undefined) continue;
    if (functions !== undefined)
      violations.push({
        path: [field],
        message: 'overrides a preset, and reward.functions takes the preset’s place; leave one of them out',
      });
    else if (!isOutcomePreset(preset))
      violations.push({
        path: [field],
        message: `preset ${preset} is made of functions and has no such weight; presets that have: ${outcomePresets.join(', ')}`,
      });
  }
  const names = new Set<string>();
  functions?.forEach(({ name, module, sha256 }, place) => {
    const wrong = (field: string, message: string) => violations.push({ path: ['functions', place, field], message });
    if (names.has(name)) wrong('name', `"${name}" stands there twice`);
    names.add(name);
    if (takenRewardNames.includes(name)) wrong('name', `"${name}" is the name of another metric`);
    if (module !== undefined) {
      if (isRewardFunctionName(name)) wrong('name', `"${name}" is a built-in function; give your own another name`);
      return;
    }
    if (sha256 !== undefined) wrong('sha256', 'only a function with `module` has a content to pin');
    if (isRewardFunctionName(name)) return;
    const near = nearest(name, rewardFunctionNames);
    wrong(
      'name',
      `no reward function is called "${name}"; ${near === undefined ? `there are: ${rewardFunctionNames.join(', ')}.` : `did you mean "${near}"?`} A function of your own needs \`module\``,
    );
  });
  return violations;
}

/** GDPO divides each function's rewards by the deviation of their group, and their sum by the batch's, whatever is asked for. */
export function combineViolations(combine: string, scaleRewards: string): RuleViolation[] {
  if (combine !== 'gdpo' || scaleRewards === 'group') return [];
  return [
    {
      path: ['grpo', 'scaleRewards'],
      message: `${scaleRewards} goes with reward.combine: sum; GDPO has a normalisation of its own (leave it at group)`,
    },
  ];
}

/** Rewards of turns need turns, and one reward for each. */
export function turnViolations(
  { perTurn, combine }: { perTurn: boolean; combine: string },
  { repairTurns }: { repairTurns: number },
): RuleViolation[] {
  const wrong = (message: string): RuleViolation[] => [{ path: ['reward', 'perTurn'], message }];
  if (!perTurn) return [];
  if (repairTurns === 0) return wrong('there is one turn only; set rollout.repairTurns to 1 or more');
  return combine === 'sum'
    ? []
    : wrong(`goes with reward.combine: sum; ${combine} makes one advantage of a completion`);
}

/** The name in `warmStart.pairs` that means the grammar's own pairs rather than a file. */
export const grammarPairs = 'grammar';

/** A share of the grammar's pairs needs a file that has the rest. */
export function pairsViolations(warmStart: {
  pairs?: string | undefined;
  grammarShare?: number | undefined;
}): RuleViolation[] {
  const { pairs, grammarShare } = warmStart;
  if (grammarShare === undefined || (pairs !== undefined && pairs !== grammarPairs)) return [];
  return [{ path: ['grammarShare'], message: 'needs a JSONL file in warmStart.pairs that the rest comes from' }];
}
