/** Names of steps for people: "generateRollout:2/4" → "rollout (shard 2 of 4)". */

const kinds: Record<string, string> = {
  prepareDataset: 'data',
  warmStart: 'warm start',
  generateRollout: 'rollout',
  scoreCompletions: 'rewards',
  computeGradient: 'gradient',
  updatePolicy: 'update',
  snapshotPolicy: 'snapshot',
  evaluatePolicy: 'evaluation',
  comparePolicies: 'comparison',
};

export function stepLabel(name: string): string {
  const [kind = '', ...parts] = name.split(':');
  const shard = parts.find((part) => part.includes('/'));
  const split = parts.find((part) => /^[a-z]+$/.test(part));
  const label = [kinds[kind] ?? kind, ...(split === undefined ? [] : [`on ${split}`])].join(' ');
  return shard === undefined ? label : `${label} (shard ${shard.replace('/', ' of ')})`;
}
