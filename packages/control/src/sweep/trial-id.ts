/** Names of sweeps and trials that depend on what they are, never on their place in a list. */
import { createHash } from 'node:crypto';
import { type ExperimentConfig, UserError } from '@queryloop/contracts';
import { canonicalJson } from '@queryloop/store/artifacts';

/** First 8 hex digits of the SHA-256 of a config without seed and name: the same settings are the same trial everywhere. */
export function trialId({ seed: _, name: __, ...settings }: ExperimentConfig): string {
  return createHash('sha256').update(canonicalJson(settings)).digest('hex').slice(0, 8);
}

/** E.g. "sweep-learning-rate"; also the id of the workflow. Throws UserError when nothing of the name can stand in an id. */
export function sweepIdOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (slug !== '') return `sweep-${slug}`;
  throw new UserError({
    message: `name: ${JSON.stringify(name)} has no letter or digit to name the sweep by`,
    field: 'name',
    hint: 'Use letters a–z or digits, such as "learning-rate".',
  });
}
