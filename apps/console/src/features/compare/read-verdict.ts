/** Which side is better, and how sure that is. */
import { comparisonOf } from '@queryloop/control';
import type { Store } from '@queryloop/store';
import { comparedRun, findSides } from './read-sides.ts';
import type { VerdictAnswer } from './schemas.ts';

export interface VerdictQuestion {
  ids: string[];
  split: 'test' | 'dev';
  /** A run of the side that others are compared with; the first named when left out. */
  baseline?: string | undefined;
  /** Compare each side with its own policies before GRPO. */
  againstBase: boolean;
}

/** Throws UserError for runs that cannot be compared, e.g. an unfinished one, and for too many. */
export async function readVerdict(
  store: Store,
  { ids, split, baseline, againstBase }: VerdictQuestion,
): Promise<VerdictAnswer> {
  await findSides(store, ids);
  const options = { split, againstBase, ...(baseline !== undefined && !againstBase && { baseline }) };
  const { comparison, leftOut } = await comparisonOf(store, ids, options);
  return {
    split,
    questions: comparison.questions,
    leftOut: leftOut.map(comparedRun),
    sides: comparison.sides.map(({ label, runs, accuracy, comparison: judged }) => ({
      label,
      runs,
      accuracy: { mean: accuracy.mean, standardError: accuracy.standardError, seeds: accuracy.n },
      comparison: judged && {
        reference: judged.reference.label,
        points: judged.points,
        low: judged.ci95[0],
        high: judged.ci95[1],
        won: judged.won,
        lost: judged.lost,
        mcnemarP: judged.mcnemarP,
        holmP: judged.holmP,
        verdict: judged.verdict,
        seedsNeeded: judged.seedsNeeded,
      },
    })),
  };
}
