/** What the policies of a table's runs answered, split by split, made sure to be about the same questions. */

import type { ArtifactStore } from '@queryloop/contracts';
import { type EvaluateResult, type Prediction, type Scores, UserError } from '@queryloop/contracts';

/** One policy on one split. */
export interface PolicyAnswers {
  scores: Scores;
  /** 1 where a question was answered right. */
  correct: Uint8Array;
}

/** Before and after GRPO, of one run. */
export interface RunAnswers {
  seed: number;
  base: PolicyAnswers;
  final: PolicyAnswers;
}

export interface SplitAnswers {
  split: string;
  /** Of the dataset. */
  label: string;
  /** Questions whose answer no query over the data can give. */
  outsideData: number;
  /** Question type, in the split's order. */
  types: string[];
  /** In the order of the variants; without runs where none has finished. */
  variants: RunAnswers[][];
}

/** A finished run on a split. */
export interface RunEvaluation {
  runId: string;
  seed: number;
  result: EvaluateResult;
}

/**
 * @param variants evaluations of each variant on the same split
 * @returns null when there is none
 * @throws UserError naming two runs that were asked different questions
 */
export async function readSplitAnswers(
  artifacts: Pick<ArtifactStore, 'getJson'>,
  variants: readonly (readonly RunEvaluation[])[],
): Promise<SplitAnswers | null> {
  let first: { runId: string; questions: string[]; types: string[]; result: EvaluateResult } | undefined;
  const answersOf = async (runId: string, result: EvaluateResult, which: 'base' | 'final'): Promise<PolicyAnswers> => {
    const { scores, predictions: ref } = result[which];
    const predictions = await artifacts.getJson<Prediction[]>(ref);
    const questions = predictions.map(({ question, answer }) => `${question} (answer: ${answer})`);
    first ??= { runId, questions, types: predictions.map(({ type }) => type), result };
    requireSame(first, { runId, questions, result });
    return { scores, correct: Uint8Array.from(predictions, ({ correct }) => Number(correct)) };
  };
  const read: RunAnswers[][] = [];
  for (const evaluations of variants) {
    const runs: RunAnswers[] = [];
    for (const { runId, seed, result } of evaluations) {
      const base = await answersOf(runId, result, 'base');
      runs.push({ seed, base, final: await answersOf(runId, result, 'final') });
    }
    read.push(runs);
  }
  if (first === undefined) return null;
  const { split, label, outsideData } = first.result;
  return { split, label, outsideData, types: first.types, variants: read };
}

interface Asked {
  runId: string;
  questions: string[];
  result: EvaluateResult;
}

function requireSame(first: Asked, other: Asked): void {
  const length = Math.max(first.questions.length, other.questions.length);
  const at = Array.from({ length }, (_, i) => i).find((i) => first.questions[i] !== other.questions[i]);
  if (at === undefined) return;
  const described = ({ questions, result: { label } }: Asked): string => `${questions.length} questions of ${label}`;
  throw new UserError({
    message: `runs ${first.runId} and ${other.runId} were not asked the same questions on ${first.result.split}: ${described(first)}, but ${described(other)}; question ${at + 1} is the first that differs`,
    field: 'variants',
    hint: 'The variants of a table share their data: take what sets the dataset out of the variant.',
  });
}
