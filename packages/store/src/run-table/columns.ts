/** What a column of the runs table, a sort, a group or a filter can name. */
import { ExperimentConfig, UserError } from '@queryloop/contracts';

/** Facts about a run that every run has. */
export const runFields = [
  'id',
  'name',
  'status',
  'seed',
  'updates',
  'planned',
  'duration',
  'created',
  'finished',
  'active',
  'tag',
  'sweep',
  'parent',
  'experiment',
  'error',
] as const;
export type RunField = (typeof runFields)[number];

/** Of the values a metric or score has had: the last, or the highest or lowest of all. */
export type SeriesPart = 'last' | 'max' | 'min';

export type Column =
  | { kind: 'field'; id: string; field: RunField }
  | { kind: 'config'; id: string; path: string }
  | { kind: 'series'; id: string; name: string; part: SeriesPart };

const isGroup = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const groups = new Set<string>();
const scalars = new Set<string>();
for (const [key, value] of Object.entries(ExperimentConfig.parse({}))) (isGroup(value) ? groups : scalars).add(key);

/**
 * `status`, `seed`, … are facts; a dotted path such as `grpo.beta` is a setting; anything else a metric or a score
 * (`dev/accuracy`), of which it is the last value: max(…) and min(…) are the best. Throws UserError.
 */
export function columnOf(id: string): Column {
  if ((runFields as readonly string[]).includes(id)) return { kind: 'field', id, field: id as RunField };
  const [first = ''] = id.split('.');
  if (id.includes('.') ? groups.has(first) : scalars.has(id)) return { kind: 'config', id, path: id };
  const [, part, name] = /^(last|max|min)\((.+)\)$/.exec(id) ?? [];
  if (part !== undefined && name !== undefined) return { kind: 'series', id, name, part: part as SeriesPart };
  if (/^[^()\s]+$/.test(id)) return { kind: 'series', id, name: id, part: 'last' };
  throw new UserError({
    message: `"${id}" is no column`,
    field: 'columns',
    hint: 'Columns are fields (status, seed), settings (grpo.beta), and metrics (reward, max(dev/accuracy)).',
  });
}

/** A config as its leaves by dotted path; lists as JSON. */
export function leavesOf(config: unknown, prefix = ''): [path: string, value: string | number | boolean][] {
  if (config === null || config === undefined) return [];
  if (typeof config !== 'object') return [[prefix, config as string | number | boolean]];
  if (Array.isArray(config)) return [[prefix, JSON.stringify(config)]];
  return Object.entries(config).flatMap(([key, value]) => leavesOf(value, prefix === '' ? key : `${prefix}.${key}`));
}
