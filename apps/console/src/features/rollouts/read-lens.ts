/** Reads one group with everything that is known of its completions: the group lens. Server only. */
import { writtenTokens } from '@queryloop/contracts';
import { configAt, type StoredRun } from '@queryloop/store';
import { bindPlaceholders } from '@queryloop/text-to-sql';
import { notFound } from '#api/errors.ts';
import type { GroupLens, LensCompletion } from './lens-schemas.ts';
import { type OpenUpdate, questionsOf, shownTurns, summaryOf } from './read-update.ts';

/** Throws ApiProblem (404). */
export function readLens(run: StoredRun, update: number, place: number, opened: OpenUpdate): GroupLens {
  const group = opened.groups[place];
  if (group === undefined)
    throw notFound(`group ${place} of update ${update}`, `The update has groups 0 to ${opened.groups.length - 1}.`);
  const { state, solved, rewardMean, rewardStd } = summaryOf(group, place, opened);
  const bindings = group.questions.map((index) => opened.train[index]?.bindings ?? {});
  const config = configAt(run, update);
  const merged = new Map<string, LensCompletion>();
  group.completions.forEach((completion, i) => {
    const { text, ids, logProbs, finished, proposed = false } = completion;
    const key = JSON.stringify([ids, finished, proposed]);
    const known = merged.get(key);
    if (known) return known.places.push(i);
    const executions = group.executions?.[i] ?? null;
    return merged.set(key, {
      places: [i],
      text,
      bound: bindings.map((values) => bindPlaceholders(text, values)),
      turns: shownTurns(completion),
      finished,
      proposed,
      length: writtenTokens(completion),
      logProb: logProbs.reduce((sum, value) => sum + value, 0),
      reward: group.rewards?.[i] ?? null,
      parts: group.parts[i] ?? null,
      advantage: group.rewards?.[i] === null ? null : (group.advantages?.[i] ?? null),
      executions,
    });
  });
  const worth = ({ reward }: LensCompletion): number => reward ?? Number.NEGATIVE_INFINITY;
  return {
    runId: run.id,
    update,
    group: place,
    groups: opened.groups.length,
    prompt: group.prompt,
    questions: questionsOf(group, opened),
    state,
    solved,
    rewardMean,
    rewardStd,
    scaleRewards: config.grpo.scaleRewards,
    combine: config.reward.combine,
    completions: [...merged.values()].sort((a, b) => order(worth(b), worth(a)) || b.places.length - a.places.length),
    executions: opened.executions,
    lost: opened.lost,
  };
}

/** Like a difference, but −∞ against −∞ is 0. */
function order(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
