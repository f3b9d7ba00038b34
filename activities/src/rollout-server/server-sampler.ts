/** Samples groups from a server, and has the policy in training say how likely it would have written them. */
import { type GenerateRolloutInput, type ServerConfig, type StepContext, UserError } from '@queryloop/contracts';
import { keyedUniform, type Policy } from '@queryloop/policy';
import type { Sampler } from '../sampler.ts';
import type { AnsweredTokens } from './answered-tokens.ts';
import { openKeptGroups } from './kept-groups.ts';
import { isKnown } from './refuse-unknown.ts';
import { inParallel, openServer } from './server.ts';
import { configFields } from './server-fault.ts';
import { withPolicyLogProbs } from './with-policy-log-probs.ts';

/** How often a step that waits for a server shows that it lives. */
const beatMs = 1_000;

/** The sampler of a rollout step with `rollout.server`. `endId`: as of Server.complete. Throws UserError when its key is not there. */
export function serverSampler(
  policy: Policy,
  config: ServerConfig,
  input: GenerateRolloutInput,
  context: StepContext,
  endId?: number,
): Sampler {
  const server = openServer({ ...config, fields: configFields }, context.signal);
  const kept = openKeptGroups(input, context);
  return {
    async generate({ groups, maxTokens, temperature, topP = 1, topK = 0, seedKey }, note) {
      const answers: AnsweredTokens[][] = groups.map(() => []);
      let done = 0;
      const report = () => {
        const detail = server.trouble() ?? note;
        const progress = { phase: 'generate rollout', done, total: groups.length };
        context.progress(detail === undefined ? progress : { ...progress, detail });
      };
      const beat = setInterval(report, beatMs);
      try {
        const asked = groups.map(({ promptIds, samples, key, room = maxTokens }) => ({
          ...{ promptIds, samples, key, seedKey },
          maxTokens: Math.min(maxTokens, room),
        }));
        const wanted: { group: number; sample: number }[] = [];
        for (const [group, question] of asked.entries()) {
          const known = await kept.get(question);
          if (known === null) for (let sample = 0; sample < question.samples; sample++) wanted.push({ group, sample });
          else answers[group] = known;
        }
        done = answers.filter((group) => group.length > 0).length;
        const came = groups.map(() => 0);
        await inParallel(wanted, server.concurrency, async ({ group, sample }) => {
          const { promptIds, samples, key, maxTokens: most } = asked[group] as (typeof asked)[number];
          const answer = await server.complete(
            promptIds,
            {
              maxTokens: roomFor(promptIds, most, policy),
              ...{ temperature, topP, topK, forTraining: true },
              seed: Math.floor(keyedUniform([...seedKey, ...key, sample]) * 2 ** 31),
            },
            policy.tokenizer,
            endId,
          );
          const own = answers[group] as AnsweredTokens[];
          own[sample] = cutTo(answer, groups[group]?.room);
          came[group] = (came[group] ?? 0) + 1;
          if (came[group] < samples) return;
          // what may be refused for want of them is asked for again, perhaps of another server
          if (own.some(({ samplingLogProbs }) => isKnown(samplingLogProbs)))
            await kept.put(asked[group] as object, own);
          done += 1;
          report();
        });
        return await withPolicyLogProbs(policy, groups, answers, temperature, context);
      } finally {
        clearInterval(beat);
      }
    },
    stored: () => kept.forget(),
    close: () => server.close(),
  };
}

/** What there is room for: an end token that the server left out may be one too many. */
function cutTo({ ids, samplingLogProbs, finished }: AnsweredTokens, room = ids.length): AnsweredTokens {
  return {
    ids: ids.slice(0, room),
    samplingLogProbs: samplingLogProbs.slice(0, room),
    finished: finished && ids.length <= room,
  };
}

/** The longest completion that the context has room for, up to `maxTokens`. */
function roomFor(promptIds: readonly number[], maxTokens: number, { config }: Policy): number {
  const room = Math.min(maxTokens, config.maxPositions - promptIds.length);
  if (room > 0 && promptIds.length > 0) return room;
  throw new UserError({
    message:
      promptIds.length === 0
        ? 'the prompt is empty'
        : `the prompt has ${promptIds.length} tokens and the model a context of ${config.maxPositions}`,
    field: 'prompt',
    hint: 'Shorten prompts: prompt.sampleValues, prompt.shots.',
  });
}
