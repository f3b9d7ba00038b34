/** Compares sides with a reference: scores over seeds, differences with intervals, and verdicts. */
import { type SplitName, UserError } from '@queryloop/contracts';
import { compareSides, type JudgedComparison, judge, type Side } from '@queryloop/stats';
import type { Store } from '@queryloop/store';
import { type SeedScore, seedScore } from '../sweep/summarise-trials.ts';
import { AnswerReader } from './answers.ts';
import type { RunSide } from './sides.ts';

/** Keys the bootstrap: the same runs always give the same interval. */
const bootstrapKey = 1;

export interface ComparedSide {
  label: string;
  runs: { runId: string; seed: number; accuracy: number }[];
  accuracy: SeedScore;
  /** Null for the reference itself. */
  comparison: (JudgedComparison & { reference: { label: string; accuracy: SeedScore } }) | null;
}

export interface Comparison {
  split: SplitName;
  questions: number;
  /** `base`: each side is compared with its own policies before GRPO. */
  reference: 'side' | 'base';
  sides: ComparedSide[];
}

export interface ComparisonOptions {
  split: SplitName;
  againstBase: boolean;
}

/** The first side is the reference, unless each is compared with its own base. */
export async function compareRuns(
  store: Store,
  sides: readonly RunSide[],
  { split, againstBase }: ComparisonOptions,
): Promise<Comparison> {
  const reader = new AnswerReader(store, split);
  const answers: Side[] = [];
  for (const side of sides) answers.push(await reader.sideOf(side, 'final'));
  const bases: Side[] = [];
  if (againstBase) for (const side of sides) bases.push(await reader.sideOf(side, 'base'));
  if (reader.questions === 0) throw new UserError({ message: `the ${split} split has no questions`, field: '--split' });

  const compared = sides.map((side, i) => {
    const final = answers[i] as Side;
    const reference = againstBase
      ? { label: `${side.label}, before GRPO`, side: bases[i] as Side }
      : { label: sides[0]?.label ?? '', side: answers[0] as Side };
    const isReference = !againstBase && i === 0;
    const comparison = isReference ? null : compareSides({ base: reference.side, final }, { key: bootstrapKey });
    return { side, final, reference, comparison };
  });
  const judged = judge(
    compared.flatMap(({ comparison, final, reference }) =>
      comparison === null ? [] : [{ comparison, seeds: Math.min(final.seeds.length, reference.side.seeds.length) }],
    ),
  );
  return {
    split,
    questions: reader.questions,
    reference: againstBase ? 'base' : 'side',
    sides: compared.map(({ side, final, reference, comparison }) => {
      const verdict = comparison === null ? undefined : judged.shift();
      const scores = accuraciesOf(final);
      return {
        label: side.label,
        runs: side.runs.map(({ id, seed }, i) => ({ runId: id, seed, accuracy: scores[i] as number })),
        accuracy: scoreOf(final),
        comparison: verdict
          ? { ...verdict, reference: { label: reference.label, accuracy: scoreOf(reference.side) } }
          : null,
      };
    }),
  };
}

/** Accuracy of each run, in [0, 1]. */
function accuraciesOf({ correct }: Side): number[] {
  return correct.map((answers) => answers.reduce((sum, right) => sum + right, 0) / answers.length);
}

function scoreOf(side: Side): SeedScore {
  return seedScore(accuraciesOf(side)) as SeedScore;
}
