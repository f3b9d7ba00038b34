/** Which dev questions may select the best update: those that GRPO does not train on. */
import type { Question } from './read-questions.ts';

const wording = (question: string): string => question.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();

/** `dev` without the questions whose wording also stands in `train` (TEMPTABQA-C: 109 of 282 go). */
export function selectDev<Q extends Pick<Question, 'question'>>(
  dev: readonly Q[],
  train: readonly Pick<Question, 'question'>[],
): Q[] {
  const seen = new Set(train.map(({ question }) => wording(question)));
  return dev.filter(({ question }) => !seen.has(wording(question)));
}
