/** Rules of the config that concern several fields at once; the schema checks each field by itself. */

interface PolicyShape {
  hiddenSize: number;
  heads: number;
  keyValueHeads: number;
}

export interface RuleViolation {
  path: string[];
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
