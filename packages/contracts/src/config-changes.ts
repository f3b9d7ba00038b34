/** What differs between two configs, and which differences a run that goes on (resumed or branched) may have. */

import type { ExperimentConfig } from './experiment-config.ts';
import { hidePassword, placeOf } from './hide-password.ts';
import { UserError } from './user-error.ts';

/** A field, by its dotted path, with the value it had and the one it got; null where it was left out. */
export interface ConfigChange {
  field: string;
  from: unknown;
  to: unknown;
}

/** Fields, or groups of fields, that what is stored of a run rests on: with another value it would be another run. */
const fixedFields = ['seed', 'dataset', 'policy', 'prompt', 'warmStart', 'threads', 'device', 'database', 'shards'];

/** Fields that differ, in the order of the config. */
export function configChanges(before: ExperimentConfig, after: ExperimentConfig): ConfigChange[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field) => {
    const [from, to] = [old.get(field) ?? null, now.get(field) ?? null];
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ field, from, to }];
  });
}

/** The config that `changes` led away from, given in the order they were made. */
export function revertChanges(config: ExperimentConfig, changes: readonly ConfigChange[]): ExperimentConfig {
  const reverted = structuredClone(config);
  for (const { field, from } of changes.toReversed()) {
    const keys = field.split('.');
    const last = keys.pop() as string;
    const groups = [reverted as Record<string, unknown>];
    for (const key of keys) {
      const group = groups.at(-1) as Record<string, unknown>;
      // a group that may be left out, such as rollout.server
      group[key] ??= {};
      groups.push(group[key] as Record<string, unknown>);
    }
    const at = groups.at(-1) as Record<string, unknown>;
    if (from !== null) at[last] = from;
    else delete at[last];
    const parent = groups.at(-2);
    if (parent !== undefined && Object.keys(at).length === 0) delete parent[keys.at(-1) as string];
  }
  return reverted;
}

/**
 * The first difference that a run which goes on may not have, as the error to throw; null when all are allowed. Everything
 * may change except seed, dataset, policy, prompt, warmStart, threads, device, database (but for its password) and shards; `grpo.updates` may not be fewer than
 * `reached`, the update that the run goes on from. The command line checks it before it starts anything, `startRun` again.
 */
export function forbiddenChange(
  before: ExperimentConfig,
  after: ExperimentConfig,
  { runId, reached }: { runId: string; reached: number },
): UserError | null {
  // A new password leads to the same database.
  const fixed = configChanges(before, after).find(
    ({ field, from, to }) =>
      fixedFields.includes(field.split('.')[0] as string) && placeOf(meant(field, from)) !== placeOf(meant(field, to)),
  );
  if (fixed !== undefined) {
    return new UserError({
      message: `${fixed.field}: ${shown(fixed.to)} differs from ${shown(fixed.from)}, which run ${runId} was begun with`,
      field: fixed.field,
      hint: `Begin a new run with it: queryloop clone ${runId} --set ${fixed.field}=${shown(fixed.to)}`,
    });
  }
  if (after.grpo.updates < reached) {
    return new UserError({
      message: `grpo.updates: ${after.grpo.updates} is fewer than the ${reached} updates that run ${runId} goes on from (of ${before.grpo.updates})`,
      field: 'grpo.updates',
      hint: `Give ${reached} or more, or begin a new run: queryloop clone ${runId} --set grpo.updates=${after.grpo.updates}`,
    });
  }
  return null;
}

/** Dotted path to value, of every field that has one. */
function leavesOf(group: object, path: string[] = []): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [key, value] of Object.entries(group) as [string, unknown][]) {
    const inner = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (inner) for (const [field, leaf] of leavesOf(value, [...path, key])) leaves.set(field, leaf);
    else if (value !== undefined) leaves.set([...path, key].join('.'), value);
  }
  return leaves;
}

/** A value as it is compared: to say what is meant anyway is no change. */
function meant(field: string, value: unknown): string {
  return String(value ?? (field === 'device' ? 'cpu' : value));
}

function shown(value: unknown): string {
  return value === null ? 'nothing' : hidePassword(String(value));
}
