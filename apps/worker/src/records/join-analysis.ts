/** Makes the result of an analysis out of what was found out of its updates, some at a time. */
import type { AuditedUpdate } from '@queryloop/activities/audit-updates';
import { addSums, rescoreComparison } from '@queryloop/activities/rescore-sums';
import type { RescoredUpdates } from '@queryloop/activities/rescore-updates';
import type {
  ArtifactRef,
  ArtifactStore,
  AuditCounts,
  AuditReason,
  AuditResult,
  Perturbation,
  RescoreResult,
} from '@queryloop/contracts';
import { wilsonInterval } from '@queryloop/stats';

/** @param parts in the order of the updates */
export async function joinRescored(artifacts: ArtifactStore, parts: readonly ArtifactRef[]): Promise<RescoreResult> {
  const updates = (await Promise.all(parts.map((part) => artifacts.getJson<RescoredUpdates>(part)))).flat();
  return {
    overall: rescoreComparison(addSums(updates.map(({ sums }) => sums))),
    updates: updates.map(({ update, sums }) => ({ update, ...rescoreComparison(sums) })),
  };
}

/** @param parts in the order of the updates */
export async function joinAudited(
  artifacts: ArtifactStore,
  parts: readonly ArtifactRef[],
  perturbation: Perturbation,
): Promise<AuditResult> {
  const updates = (await Promise.all(parts.map((part) => artifacts.getJson<AuditedUpdate[]>(part)))).flat();
  return {
    overall: countsOf(updates),
    updates: updates.map((update) => ({ update: update.update, ...countsOf([update]), examples: update.examples })),
    perturbation,
  };
}

function countsOf(updates: readonly AuditedUpdate[]): AuditCounts {
  const total = (count: (update: AuditedUpdate) => number): number =>
    updates.reduce((sum, update) => sum + count(update), 0);
  const reason = (name: AuditReason): number => total(({ reasons }) => reasons[name]);
  const audited = total((update) => update.audited);
  const survived = total((update) => update.survived);
  return {
    rewarded: total((update) => update.rewarded),
    audited,
    survived,
    share: audited === 0 ? null : survived / audited,
    ci95: audited === 0 ? null : wilsonInterval(survived, audited),
    reasons: {
      no_table: reason('no_table'),
      answer_literal: reason('answer_literal'),
      unchanged: reason('unchanged'),
    },
    undecided: total((update) => update.undecided),
  };
}
