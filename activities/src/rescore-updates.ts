/** Rewards that the completions of some updates would have had with other settings, beside those they had: nothing is sampled or run again. */
import {
  type AnalysisPart,
  type Executions,
  executionsOf,
  type Group,
  gdpoScores,
  groupRewards,
  isRewardFunctionName,
  joinComponents,
  type RescoreUpdatesInput,
  type RewardComponents,
  type Rewards,
  type Rollout,
  type Step,
  UserError,
  writtenTokens,
} from '@queryloop/contracts';
import { outcomeWorth, type RewardTerm, rewardTerms, type StoredQuery, storedRewards } from '@queryloop/text-to-sql';
import { type RescoreSums, rescoreSums } from './rescore-sums.ts';
import { componentsToKeep, weightedSums } from './reward-components.ts';

/** What the step leaves for `joinRescored`. */
export type RescoredUpdates = { update: number; sums: RescoreSums }[];

export const rescoreUpdates: Step<RescoreUpdatesInput, AnalysisPart> = async (
  { updates, reward, scaleRewards },
  { artifacts, progress, signal },
) => {
  const terms = rewardTerms(reward);
  const rescored: RescoredUpdates = [];
  for (const [done, { update, scaleRewards: scaledBy, parts }] of updates.entries()) {
    signal.throwIfAborted();
    progress({ phase: 'rescore', done, total: updates.length, detail: `update ${update}` });
    const before: Rewards[] = [];
    const after: Pick<Rewards, 'rewards' | 'components'>[] = [];
    for (const part of parts) {
      const { groups } = await artifacts.getJson<Rollout>(part.rollout);
      const executions = await artifacts.getJson<Executions>(part.executions);
      const stored = await artifacts.getJson<Rewards>(part.rewards);
      const scores = terms.map((term) => scoresOf(term, groups, executions, stored.components));
      before.push(stored);
      after.push({
        rewards: groups.map(({ completions }, g) => groupRewards(completions, weightedSums(terms, scores, g))),
        ...componentsToKeep(reward, terms, scores),
      });
    }
    const sideOf = (sides: typeof after) => ({
      rewards: sides.flatMap(({ rewards }) => rewards),
      gdpo: gdpoScores(joinComponents(sides.map(({ components }) => components))),
    });
    const sums = rescoreSums({ ...sideOf(before), scaleRewards: scaledBy }, { ...sideOf(after), scaleRewards });
    rescored.push({ update, sums });
  }
  return { part: await artifacts.putJson('analysis', rescored) };
};

/** What a function gives each completion, per group: computed as score-completions.ts does, so that equal settings give equal bits. */
function scoresOf(
  term: RewardTerm,
  groups: readonly Group[],
  executions: Executions,
  components: RewardComponents | undefined,
): (number | null)[][] {
  const score = storedScore(term);
  if (score !== undefined) {
    return groups.map(({ completions }, g) =>
      completions.map((completion, i) => {
        const { text, written = text, finished } = completion;
        const tokens = writtenTokens(completion);
        const scores = executionsOf(executions, g, i).map((execution) =>
          score(
            { completion: written, verdict: execution.outcome, tokens, finished },
            execution.ran ? execution.rems : 0,
          ),
        );
        return scores.reduce((sum, each) => sum + each, 0) / scores.length;
      }),
    );
  }
  const place = (components?.functions ?? []).findIndex(
    ({ name, sha256 }) => name === term.name && sha256 === term.sha256,
  );
  const scores = components?.scores[place];
  if (scores === undefined) throw notStored(term);
  return scores;
}

/** The function of a query by what is stored of it; undefined for one that needs its whole result. */
function storedScore({
  name,
  weights,
  module,
}: RewardTerm): ((query: StoredQuery, rems: number) => number) | undefined {
  if (weights !== undefined) return (query, rems) => outcomeWorth(query, weights, () => rems);
  return module === undefined && isRewardFunctionName(name) ? storedRewards[name] : undefined;
}

function notStored({ name }: RewardTerm): UserError {
  return new UserError({
    message: `reward function ${name} needs whole results, of which only the first rows are stored, and the run was not scored with it`,
    field: 'reward.functions',
    hint: `Rescoring knows outcome, ${Object.keys(storedRewards).join(', ')}, and the functions that the run itself had.`,
  });
}
