/** The hash chain of an export: each update's entry rests on the one before, the first on what the run began with. */
import {
  type AppliedUpdate,
  basePolicy,
  type ExportedUpdate,
  type ExportManifest,
  learnedFrom,
  type Metrics,
  type PolicyState,
} from '@queryloop/contracts';
import { hashOf } from './sha256.ts';

/** An update as the run recorded it. */
export interface RecordedUpdate extends Pick<ExportedUpdate, 'update' | 'scored' | 'gradients' | 'snapshot'> {
  policyBefore: PolicyState;
  metrics: Metrics;
}

export type Chain = Pick<ExportManifest, 'start' | 'updates'>;

/** What the run began with. `run`: SHA-256 of run.json; `metrics`: those of update 0. */
export interface Start extends Pick<ExportManifest, 'base'> {
  run: string;
  metrics: Metrics;
}

export function startHash({ base, run, metrics }: Start): string {
  return hashOf({ base, run, metrics: hashOf(metrics) });
}

export function entryHash({ hash: _, ...entry }: ExportedUpdate): string {
  return hashOf(entry);
}

export function headHash({ start, updates, files }: Pick<ExportManifest, 'start' | 'updates' | 'files'>): string {
  return hashOf({ last: updates.at(-1)?.hash ?? start, files });
}

export function buildChain(beginning: Start, recorded: readonly RecordedUpdate[]): Chain {
  const start = startHash(beginning);
  let previous = start;
  const updates = recorded.map(({ update, policyBefore, scored, gradients, snapshot, metrics }) => {
    const entry: ExportedUpdate = {
      update,
      from: { update: policyBefore.update - policyBefore.replay.length, snapshot: policyBefore.snapshot },
      policyBefore: hashOf(policyBefore),
      scored,
      gradients,
      snapshot,
      metrics: hashOf(metrics),
      previous,
      hash: '',
    };
    entry.hash = entryHash(entry);
    previous = entry.hash;
    return entry;
  });
  return { start, updates };
}

/** The update as a policy's replay keeps it. */
export function appliedUpdate({ scored, gradients }: Pick<ExportedUpdate, 'scored' | 'gradients'>): AppliedUpdate {
  return scored.length > 1 ? { scored: [], gradients } : { scored: learnedFrom(scored), gradients: [] };
}

/**
 * The policy before update `update`, from a snapshot and the updates since. The default is the snapshot that the run itself
 * went on from; any other gives the same weights.
 */
export function policyBefore(
  { base, updates }: Pick<ExportManifest, 'base' | 'updates'>,
  update: number,
  from: ExportedUpdate['from'] | undefined = updates[update - 1]?.from,
): PolicyState {
  if (from === undefined) return basePolicy(base);
  return {
    base,
    snapshot: from.snapshot,
    update: update - 1,
    replay: updates.slice(from.update, update - 1).map(appliedUpdate),
  };
}
