/** Repair in an evaluation: each question whose query fails is a conversation of its own, since values may decide whether it runs. */
import type { Completion, EvaluatePolicyInput, Prediction, StepContext } from '@queryloop/contracts';
import { failureExplainer } from '@queryloop/text-to-sql';
import type { PreparedDataset } from '../dataset-artifact.ts';
import type { Prompts } from '../prompts.ts';
import { openScorer, type ScoredAttempt } from '../query-scorer.ts';
import { type Conversation, openConversation } from './conversation.ts';
import { type Speaker, takeTurns } from './take-turns.ts';

/** A question with the first turn that was written for it. */
export interface FirstAnswer {
  /** Index in the split. */
  question: number;
  prompt: string;
  promptIds: readonly number[];
  completion: Completion;
}

/** A turn's query with what came of it, and what the policy was told when it failed. */
export interface AnsweredTurn {
  attempt: ScoredAttempt;
  message?: string;
}

/** The turns of each question, the last of which counts, in the order of `answers`. Queries of the last turns are run here too. */
export async function repairAnswers(
  { prompts, ...speaker }: Speaker & { prompts: Prompts },
  dataset: PreparedDataset,
  answers: readonly FirstAnswer[],
  { split, database, rollout: { repairTurns, maxTokens }, batch }: EvaluatePolicyInput & { batch: number },
  context: StepContext,
): Promise<AnsweredTurn[][]> {
  const phase = `evaluate on ${dataset.splits[split].name}`;
  const scorer = await openScorer(dataset, split, database, context);
  const run = async (asked: readonly { place: number; sql: string }[]): Promise<ScoredAttempt[]> =>
    scorer.score(
      asked.map(({ place, sql }) => ({ question: answers[place]?.question ?? -1, sql })),
      (done) => context.progress({ phase, done, total: asked.length, detail: 'queries run' }),
    );
  const explain = failureExplainer(dataset.schema);
  const attempts: ScoredAttempt[][] = answers.map(() => []);
  try {
    const { conversations } = await takeTurns(
      speaker,
      prompts,
      answers.map(
        ({ prompt, promptIds, completion }, key): Conversation =>
          openConversation({ prompt, promptIds, key: [key] }, completion),
      ),
      {
        repairTurns,
        async failuresOf(places, turns) {
          const scored = await run(places.map((place, i) => ({ place, sql: turns[i]?.text ?? '' })));
          return scored.map((attempt, i) => {
            attempts[places[i] ?? -1]?.push(attempt);
            const { outcome } = attempt;
            if (outcome.kind !== 'error') return null;
            return { code: outcome.code, explanation: explain(turns[i]?.text ?? '', outcome.code) };
          });
        },
        sampling: { temperature: 0, topP: 1, topK: 0, maxTokens, seedKey: [0] },
        atATime: batch,
      },
    );
    const taken = conversations.map(({ completion: { turns = [] } }) => turns);
    // queries of the last turn that there may be have not been run
    const rest = conversations.flatMap(({ last }, place) =>
      (attempts[place]?.length ?? 0) > (taken[place]?.length ?? 0) ? [] : [{ place, sql: last.text }],
    );
    (await run(rest)).forEach((attempt, i) => {
      attempts[rest[i]?.place ?? -1]?.push(attempt);
    });
    return attempts.map((own, place) =>
      own.map((attempt, t): AnsweredTurn => {
        const message = taken[place]?.[t]?.message;
        return { attempt, ...(message !== undefined && { message }) };
      }),
    );
  } finally {
    await scorer.close();
  }
}

/** What a prediction keeps of the turns before the last; nothing where there were none. */
export function turnsBefore(answered: readonly AnsweredTurn[] = []): Pick<Prediction, 'turns'> {
  const turns = answered
    .slice(0, -1)
    .map(({ attempt: { sql, verdict }, message = '' }) => ({ sql, outcome: verdict, message }));
  return turns.length > 0 ? { turns } : {};
}

/** Right and failed queries after each turn: a question that took fewer keeps what it had. */
export function afterTurns(
  answered: readonly (readonly AnsweredTurn[])[],
  { rollout: { repairTurns } }: Pick<EvaluatePolicyInput, 'rollout'>,
): { correct: number; failed: number }[] {
  return Array.from({ length: repairTurns + 1 }, (_, t) => {
    const attempts = answered.map((turns) => (turns[t] ?? turns.at(-1))?.attempt);
    return {
      correct: attempts.filter((attempt) => attempt?.correct).length,
      failed: attempts.filter((attempt) => attempt?.failed).length,
    };
  });
}
