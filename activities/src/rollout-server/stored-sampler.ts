/** Samples of a server once more, to make a rollout again: a server need not be there, nor say the same twice. */
import type { ArtifactRef, Completion, Rollout, StepContext } from '@queryloop/contracts';
import type { Policy } from '@queryloop/policy';
import type { Sampler } from '../sampler.ts';
import type { AnsweredTokens } from './answered-tokens.ts';
import { withPolicyLogProbs } from './with-policy-log-probs.ts';

/**
 * Takes what a server sampled from the stored rollout, group by group, then turn by turn (rollout.repairTurns); the policy says anew how
 * likely it finds it.
 */
export function storedSampler(policy: Policy, rollout: ArtifactRef, context: StepContext): Sampler {
  const nothing = async () => undefined;
  /** Places of the groups in the rollout, by the keys that first turns are asked for with; undefined before those are. */
  let places: Map<string, number> | undefined;
  return {
    async generate({ groups, temperature }) {
      const stored = (await context.artifacts.getJson<Rollout>(rollout)).groups;
      const opened = places;
      places ??= new Map(groups.map(({ key }, g) => [key.join(), g]));
      const answers = groups.map(({ key, promptIds }, g): AnsweredTokens[] => {
        const group = stored[opened ? (opened.get(key.slice(0, -1).join()) ?? -1) : g];
        const served = (group?.completions ?? []).filter(({ samplingLogProbs }) => samplingLogProbs !== undefined);
        if (!opened) return served.map((completion) => turnAt(completion, 0));
        const completion = served[key.at(-1) ?? -1];
        const start = promptIds.length - (group?.promptIds.length ?? 0);
        return [completion && start < completion.ids.length ? turnAt(completion, start) : unwritten(policy)];
      });
      return withPolicyLogProbs(policy, groups, answers, temperature, context);
    },
    stored: nothing,
    close: nothing,
  };
}

/** The turn that begins with this token; only what is finished is followed by another. */
function turnAt({ ids, samplingLogProbs = [], toolMask = [], finished }: Completion, start: number): AnsweredTokens {
  const message = toolMask.indexOf(0, start);
  const end = message < 0 ? ids.length : message;
  return {
    ids: ids.slice(start, end),
    samplingLogProbs: samplingLogProbs.slice(start, end),
    finished: message < 0 ? finished : true,
  };
}

/** For a query that failed only now: the rollouts differ, which is for the comparison to say. */
function unwritten({ tokenizer }: Policy): AnsweredTokens {
  return { ids: [tokenizer.eosIds[0] ?? 0], samplingLogProbs: [null], finished: true };
}
